package toystore.lab.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import toystore.lab.chaos.NetworkFault.NetworkFaultKind;
import toystore.lab.chaos.NodeFault.NodeFaultKind;

/**
 * An endless sequence of faults of cells, of the nodes of their database and of the network between them, which depends
 * on the seed and on what there is. Not thread-safe.
 *
 * <p>Two of five faults are those of nodes, and one of ten is one of the network, if there are any. Each kind comes from
 * shuffled decks of its own, so that each fault gets its share.
 */
final class ChaosPlan implements Supplier<Fault> {
    static final int NODE_DECK = 8;

    private final Parts parts;
    private final Random random;
    private final List<FaultPlan> services;
    private final Deque<Fault> nodeFaults = new ArrayDeque<>();
    private final Deque<Fault> networkFaults = new ArrayDeque<>();

    /**
     * What can fail.
     *
     * @param nodes of the database; 0 for files
     * @param network whether there can be partitions
     * @param netem whether there can be delay and loss
     */
    record Parts(int cells, int nodes, boolean network, boolean netem) {}

    ChaosPlan(long seed, Parts parts) {
        this.parts = parts;
        this.random = new Random(seed);
        this.services = IntStream.range(0, parts.cells())
                .mapToObj(cell -> new FaultPlan(seed + cell))
                .toList();
    }

    @Override
    public Fault get() {
        if (parts.nodes() > 0) {
            int choice = random.nextInt(10);
            if (choice < 4) {
                return next(nodeFaults, this::nodeDeck);
            }
            if (choice == 4 && parts.network()) {
                return next(networkFaults, this::networkDeck);
            }
        }
        int cell = parts.cells() == 1 ? 0 : random.nextInt(parts.cells());
        return new CellFault(cell, parts.cells() > 1, services.get(cell).next());
    }

    private Fault next(Deque<Fault> deck, Supplier<List<Fault>> newDeck) {
        if (deck.isEmpty()) {
            List<Fault> faults = new ArrayList<>(newDeck.get());
            Collections.shuffle(faults, random);
            deck.addAll(faults);
        }
        return deck.remove();
    }

    private List<Fault> nodeDeck() {
        List<NodeFaultKind> kinds = parts.nodes() == 1
                ? Collections.nCopies(NODE_DECK, NodeFaultKind.RESTART_PRIMARY)
                : List.of(
                        NodeFaultKind.KILL_PRIMARY,
                        NodeFaultKind.KILL_PRIMARY,
                        NodeFaultKind.KILL_PRIMARY,
                        NodeFaultKind.FREEZE_PRIMARY,
                        NodeFaultKind.FREEZE_PRIMARY,
                        NodeFaultKind.RESTART_PRIMARY,
                        NodeFaultKind.KILL_STANDBY,
                        NodeFaultKind.FREEZE_STANDBY);
        return kinds.stream()
                .<Fault>map(kind -> new NodeFault(kind, millis(0, 700), millis(0, 3000)))
                .toList();
    }

    private List<Fault> networkDeck() {
        List<Fault> faults = new ArrayList<>();
        for (int cell = 0; cell < parts.cells(); cell++) {
            faults.add(new NetworkFault(NetworkFaultKind.PARTITION, cell, millis(0, 700), millis(500, 6000)));
        }
        if (parts.netem()) {
            for (NetworkFaultKind kind : List.of(NetworkFaultKind.DELAY, NetworkFaultKind.LOSS)) {
                faults.add(new NetworkFault(kind, -1, millis(0, 700), millis(2000, 6000)));
            }
        }
        return faults;
    }

    private Duration millis(int least, int most) {
        return Duration.ofMillis(random.nextInt(least, most + 1));
    }
}
