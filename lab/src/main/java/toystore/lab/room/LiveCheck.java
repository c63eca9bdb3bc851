package toystore.lab.room;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import toystore.client.StoreClient.Receipt;
import toystore.lab.room.RoomState.CheckView;
import toystore.lab.room.RoomState.CheckView.Progress;
import toystore.lab.shoppers.FinalState;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.shoppers.LabRun;
import toystore.lab.shoppers.StoreInspection;
import toystore.lab.shoppers.Violations;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabStore;

/**
 * Compares the shoppers' records with a store that runs, and audits its files. Run by one thread.
 *
 * <p>The load pauses while orders and stock are read, and orders that shoppers have given up are sent again, so that
 * every order is either acknowledged or does not exist. The audit runs after that, under load. Orders that were placed
 * by hand are not taken for doubled ones: the keys in the log tell them from those of the shoppers.
 */
final class LiveCheck {
    private static final Duration PAUSE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(15); // also of a catalog that catches up
    private static final int AUDIT_LINES = 6;
    private static final int MAX_VIOLATIONS = 8;
    private static final int MAX_LINE = 160;
    private static final int JSON_FROM = 9; // after the checksum and a space
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final LabStore store;
    private final LabRun run;
    private final OutageMonitor outages;
    private final Set<String> shoppers;
    private final List<String> lines = new ArrayList<>();

    /** @param shoppers the names with which the keys of their orders begin */
    LiveCheck(LabStore store, LabRun run, OutageMonitor outages, Set<String> shoppers) {
        this.store = store;
        this.run = run;
        this.outages = outages;
        this.shoppers = Set.copyOf(shoppers);
    }

    /**
     * Checks once. A check that could not be finished has no counts.
     *
     * @param t when the check began, in milliseconds since the start
     */
    CheckView run(long t) throws InterruptedException {
        boolean finished = false;
        try {
            compare();
            audit();
            finished = true;
        } catch (IOException e) {
            lines.add("the check could not be finished: " + e.getMessage());
        }
        Violations violations = run.violations();
        violations.lines().stream().limit(MAX_VIOLATIONS).forEach(lines::add);
        List<String> shown = lines.stream()
                .map(line -> line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE - 1) + "…")
                .toList();
        return finished
                ? new CheckView(
                        Progress.DONE,
                        t,
                        shown,
                        violations.count(Kind.LOST),
                        violations.count(Kind.DOUBLED),
                        violations.count(Kind.OVERSOLD),
                        violations.count(Kind.OTHER))
                : CheckView.without(Progress.FAILED, t, shown);
    }

    private void compare() throws IOException, InterruptedException {
        long start = System.nanoTime();
        if (!run.pause(PAUSE_TIMEOUT)) {
            throw new IOException("after " + PAUSE_TIMEOUT.toSeconds()
                    + " s some shoppers still do not know whether their orders are placed");
        }
        outages.pause();
        try {
            StoreInspection inspection = new StoreInspection(store, run);
            Optional<KeyedOrder> unresolved = inspection.resolveOrders(READ_TIMEOUT);
            if (unresolved.isPresent()) {
                throw new IOException("after " + READ_TIMEOUT.toSeconds() + " s it is not known whether "
                        + unresolved.get() + " is placed");
            }
            FinalState state = new StoreReading(store, run).read(run, READ_TIMEOUT);
            addOrdersOfOthers(state.orders());
            state.check(run.acknowledged(), run.violations());
            lines.add("the load paused for " + (System.nanoTime() - start) / 1_000_000 + " ms");
            lines.add(run.acknowledged().count() + " orders were acknowledged; the store has "
                    + state.orders().size());
            int others = run.acknowledged().others();
            if (others > 0) {
                lines.add(others + " of them " + (others == 1 ? "was" : "were") + " placed by other clients");
            }
            lines.add(run.violations().summary());
        } finally {
            outages.resume();
            run.resume();
        }
    }

    /** Adds the orders of other clients to the record. */
    private void addOrdersOfOthers(Map<Long, Receipt> orders) throws IOException {
        Map<Long, Receipt> unknown = new TreeMap<>(orders);
        unknown.keySet().removeIf(run.acknowledged()::contains);
        if (unknown.isEmpty()) {
            return;
        }
        Map<Long, String> keys = keys(unknown.keySet());
        for (Receipt receipt : unknown.values()) {
            String key = keys.getOrDefault(receipt.orderNumber(), "");
            if (!shoppers.contains(key.replaceFirst("-[0-9]+$", ""))) {
                String name = key.isEmpty() ? "order-" + receipt.orderNumber() : key;
                run.acknowledged().addOther(new KeyedOrder(name, receipt.name(), receipt.quantity()), receipt);
            }
        }
    }

    /** Reads the keys of orders from the log. */
    private Map<Long, String> keys(Set<Long> numbers) throws IOException {
        Map<Long, String> keys = new HashMap<>();
        try (Stream<Path> files = Files.list(store.data())) {
            for (Path log : files.filter(file -> file.getFileName().toString().matches("orders-[0-9]+\\.log"))
                    .toList()) {
                try (Stream<String> all = Files.lines(log, ISO_8859_1)) {
                    all.filter(line -> line.length() > JSON_FROM)
                            .forEach(line -> addKey(line.substring(JSON_FROM), numbers, keys));
                }
            }
        }
        return keys;
    }

    private static void addKey(String json, Set<Long> numbers, Map<Long, String> keys) {
        try {
            JsonNode order = MAPPER.readTree(json);
            long number = order.path("order_number").asLong(0);
            if (numbers.contains(number)) {
                keys.put(number, order.path("key").asString(""));
            }
        } catch (JacksonException blank) {
            // room at the end of the log that is not written yet
        }
    }

    private void audit() throws IOException, InterruptedException {
        Path output = store.log("audit");
        int exitCode = store.audit(output);
        List<String> said = Files.readAllLines(output);
        lines.add("audit: exit code " + exitCode);
        said.subList(Math.max(0, said.size() - AUDIT_LINES), said.size()).forEach(line -> lines.add("  " + line));
        if (exitCode != 0) {
            run.violations().add(Kind.OTHER, "the audit", "exit code " + exitCode);
        }
    }
}
