package toystore.lab.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import toystore.lab.chaos.ServiceFault.FaultKind;
import toystore.lab.store.LabStore.Service;

/**
 * An endless sequence of faults of one store's services, which depends on the seed alone. Not thread-safe.
 *
 * <p>Faults come from shuffled decks of {@value #DECK}, so that each service gets its share: each deck kills each
 * service seven times (alone, with one other, with both others) and freezes it once. Every third deck terminates it.
 */
public final class FaultPlan {
    static final int DECK = 20;
    private static final int KILLS_ALONE = 4;

    private final Random random;
    private final Deque<ServiceFault> deck = new ArrayDeque<>();
    private final Deque<Service> toTerminate = new ArrayDeque<>(List.of(Service.values()));

    public FaultPlan(long seed) {
        this.random = new Random(seed);
    }

    public ServiceFault next() {
        if (deck.isEmpty()) {
            deck.addAll(shuffledDeck());
        }
        return deck.remove();
    }

    private List<ServiceFault> shuffledDeck() {
        List<ServiceFault> faults = new ArrayList<>();
        for (Service service : Service.values()) {
            for (int i = 0; i < KILLS_ALONE; i++) {
                faults.add(kill(EnumSet.of(service)));
            }
            faults.add(kill(EnumSet.complementOf(EnumSet.of(service))));
            faults.add(new ServiceFault(FaultKind.FREEZE, List.of(service), pause(), millis(300, 3000)));
        }
        faults.add(kill(EnumSet.allOf(Service.class)));
        Service terminated = toTerminate.remove();
        toTerminate.add(terminated);
        faults.add(new ServiceFault(FaultKind.TERMINATE, List.of(terminated), pause(), Duration.ZERO));
        Collections.shuffle(faults, random);
        return faults;
    }

    /** In three of four cases the services are started again at once. */
    private ServiceFault kill(Set<Service> targets) {
        Duration down = random.nextInt(4) == 0 ? millis(100, 1000) : Duration.ZERO;
        return new ServiceFault(FaultKind.KILL, List.copyOf(targets), pause(), down);
    }

    private Duration pause() {
        return millis(0, 700);
    }

    private Duration millis(int least, int most) {
        return Duration.ofMillis(random.nextInt(least, most + 1));
    }
}
