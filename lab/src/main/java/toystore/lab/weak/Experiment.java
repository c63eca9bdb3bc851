package toystore.lab.weak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import toystore.client.StoreClient.Receipt;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.lab.shoppers.KeyedClient;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.shoppers.KeyedClient.Outcome;
import toystore.lab.shoppers.KeyedClient.Outcome.Acknowledged;
import toystore.lab.shoppers.KeyedClient.Outcome.SoldOut;
import toystore.lab.shoppers.KeyedClient.Outcome.Unexpected;
import toystore.lab.shoppers.KeyedClient.Outcome.Unknown;
import toystore.lab.store.LabStore.Service;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;

/**
 * One run of a mode: its store, its shoppers, what they were told, and the timeline. Used by one thread, but for {@link
 * #close}.
 *
 * <p>The seed chooses the product, the shoppers, their quantities, and the pauses between the steps.
 */
final class Experiment implements Closeable {
    private static final List<String> NAMES =
            List.of("ann", "ben", "cleo", "dan", "eve", "finn", "gina", "hugo", "ida", "jon");

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
    private static final int MAX_PAUSE_MILLIS = 150;

    private final boolean correct;
    private final long seed;
    private final Random random;
    private final String product;
    private final List<String> names;
    private final WeakStore store;
    private final Timeline timeline;
    private final PrintStream out;
    private final CountDownLatch closing = new CountDownLatch(1);
    private int named; // shoppers so far
    private OutcomeCheck check; // null before check()
    private String finding; // null unless the mode is not about orders

    @GuardedBy("this")
    private final List<Purchase> purchases = new ArrayList<>();

    /**
     * What a shopper knows of an order.
     *
     * @param receipt empty if the order is not acknowledged
     * @param refusal why it is not; null if it is
     * @param isRefused whether the store says that the order is not placed
     */
    record Purchase(String shopper, KeyedOrder order, Optional<Receipt> receipt, String refusal, boolean isRefused) {
        /** Returns the number of the order; without one, the schedule cannot continue. */
        long number() throws IOException {
            return receipt.orElseThrow(() -> new IOException(shopper + " has no order number: " + refusal))
                    .orderNumber();
        }

        /** The outcome in words: {@code order 2: 60 Tux}. */
        String outcome() {
            return receipt.map(
                            placed -> "order " + placed.orderNumber() + ": " + placed.quantity() + " " + placed.name())
                    .orElse(refusal);
        }
    }

    /** An experiment whose store is not started yet. */
    Experiment(Path home, WeakMode mode, long seed, boolean correct, PrintStream out) throws IOException {
        this.correct = correct;
        this.seed = seed;
        this.out = out;
        this.random = new Random(seed);
        this.product = WeakStore.PRODUCTS.get(random.nextInt(WeakStore.PRODUCTS.size()));
        this.names = new ArrayList<>(NAMES);
        Collections.shuffle(names, random);
        this.store = new WeakStore(
                home, List.of(mode.name(), correct ? WeakOrders.CORRECT : WeakOrders.WEAK, Long.toString(seed)));
        this.timeline = new Timeline(store, product, correct, out);
    }

    boolean isCorrect() {
        return correct;
    }

    long seed() {
        return seed;
    }

    String product() {
        return product;
    }

    WeakStore store() {
        return store;
    }

    Timeline timeline() {
        return timeline;
    }

    /** Returns the next shopper. */
    String shopper() {
        return names.get(named++ % names.size());
    }

    /** Returns a number from low to high. */
    int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    // --- the store ---

    /** Starts the store, and the clock of the timeline. */
    void start(String... frontendFlags) throws IOException, InterruptedException {
        store.start(store.address(Service.CATALOG), List.of(frontendFlags));
        timeline.begin();
    }

    /** The same, with a frontend that finds the catalog at another address. */
    void startWithCatalogAt(Address address) throws IOException, InterruptedException {
        store.start(address, List.of());
        timeline.begin();
    }

    /** Kills a service and starts it again. */
    void restart(Service service) throws IOException, InterruptedException {
        store.kill(service);
        if (service == Service.CATALOG) {
            store.startCatalog();
        } else {
            store.startOrders();
        }
        timeline.add("kill -9 " + service + ", started again");
    }

    /** Waits until the catalog has applied all orders in the log. */
    void awaitApplied() throws IOException, InterruptedException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (store.call(Service.CATALOG, new CatalogRequest.Stats()).asOf()
                < store.call(Service.ORDERS, new OrdersRequest.Stats()).orders()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("the catalog has not applied all orders in " + TIMEOUT.toSeconds() + " s");
            }
            pause(RETRY_PAUSE);
        }
    }

    /** Waits until the catalog refuses an order in the log, for which there are not enough units. */
    void awaitRefusalUnlessCorrect() throws IOException, InterruptedException {
        if (!correct) {
            store.console().await(1, "refused");
            timeline.add("catalog", "refuses to go below 0: the store stops selling");
        }
    }

    /** Adds to the timeline that the catalog refuses the log, if it does. */
    void addRefusalOfLog() {
        if (!store.console().reported("refused").isEmpty()) {
            timeline.add("catalog", "has applied orders that are gone: it refuses the log");
        }
    }

    // --- the hold point ---

    /** Holds the next orders that come to the hold point. */
    void hold(int orders) throws IOException, InterruptedException {
        store.console().hold(orders);
    }

    /** Waits until an order is held. */
    void awaitHeld() throws IOException, InterruptedException {
        store.console().await(1, "held");
    }

    /** Returns how many orders are held. */
    int held() {
        return store.console().reported("held").size();
    }

    /** Lets all held orders continue. */
    void release() throws IOException {
        store.console().release();
    }

    /** Waits until so many orders are held, or were refused before they came to the hold point. */
    void awaitHeldOrMissed(int orders) throws IOException, InterruptedException {
        store.console().await(orders, "held", "missed");
    }

    // --- shoppers ---

    /** Places an order, and adds its outcome to the timeline. */
    Purchase order(String shopper, int quantity) throws IOException, InterruptedException {
        Purchase purchase = await(send(shopper, quantity));
        timeline.add(shopper, purchase.outcome());
        return purchase;
    }

    /** Sends an order, again and again with the same key until the store says what became of it. */
    CompletableFuture<Purchase> send(String shopper, int quantity) {
        String key = String.format(Locale.ROOT, "%s-%06x", shopper, random.nextInt(1 << 24));
        KeyedOrder order = new KeyedOrder(key, product, quantity);
        return CompletableFuture.supplyAsync(
                () -> {
                    Purchase purchase = purchase(shopper, order);
                    synchronized (this) {
                        purchases.add(purchase);
                    }
                    return purchase;
                },
                task -> Threads.named(shopper, task).start());
    }

    /** Waits for an order to be acknowledged or refused. */
    Purchase await(CompletableFuture<Purchase> sent) throws IOException, InterruptedException {
        try {
            return sent.get(TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("an order has no outcome: " + e, e);
        }
    }

    private Purchase purchase(String shopper, KeyedOrder order) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        try (KeyedClient client = new KeyedClient(Origin.http(store.address(Service.FRONTEND)))) {
            Outcome outcome = client.send(order);
            while (outcome instanceof Unknown && System.nanoTime() - end < 0 && !pause(RETRY_PAUSE)) {
                outcome = client.send(order);
            }
            return purchase(shopper, order, outcome);
        } catch (IOException | InterruptedException e) {
            return new Purchase(shopper, order, Optional.empty(), "gives up: " + e, false);
        }
    }

    private static Purchase purchase(String shopper, KeyedOrder order, Outcome outcome) {
        if (outcome instanceof Acknowledged acknowledged) {
            return new Purchase(shopper, order, Optional.of(acknowledged.receipt()), null, false);
        }
        if (outcome instanceof SoldOut) {
            String refusal = "refused: " + order.quantity() + " " + order.name() + " are not for sale";
            return new Purchase(shopper, order, Optional.empty(), refusal, true);
        }
        if (outcome instanceof Unexpected unexpected) {
            String reason = unexpected.response().replaceFirst(".*\"message\":\"([^\"]*)\".*", "$1");
            return new Purchase(shopper, order, Optional.empty(), "refused: " + reason, true);
        }
        return new Purchase(shopper, order, Optional.empty(), "has no reply", false);
    }

    /** Looks up an order at the frontend. */
    Optional<Receipt> lookUp(long number) throws IOException {
        try (KeyedClient client = new KeyedClient(Origin.http(store.address(Service.FRONTEND)))) {
            return client.find(number);
        }
    }

    /** Waits for a while that the seed chooses. */
    void pause() throws InterruptedException {
        pause(Duration.ofMillis(random.nextInt(MAX_PAUSE_MILLIS)));
    }

    /** Waits; returns true, and early, if the experiment is being closed. */
    boolean pause(Duration time) throws InterruptedException {
        return closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    // --- the end ---

    /** Compares what the shoppers were told with the orders that the store has, runs the audit, and prints both. */
    OutcomeCheck check() throws IOException, InterruptedException {
        Map<Long, Receipt> orders = new TreeMap<>();
        long last = store.call(Service.ORDERS, new OrdersRequest.Stats()).orders();
        for (long number = 1; number <= last + 1; number++) {
            Optional<Receipt> order = lookUp(number);
            if (order.isPresent()) {
                orders.put(number, order.get());
            }
        }
        synchronized (this) {
            check = OutcomeCheck.of(purchases, orders, WeakStore.STOCK);
        }
        out.println("records: " + OutcomeCheck.orders(check.acknowledged()) + " acknowledged; look-ups: "
                + (check.lines().isEmpty() ? "the same" : OutcomeCheck.orders(orders.size())));
        check.lines().forEach(line -> out.println("         " + line));
        out.println("audit: started " + check.started() + ", ordered " + check.ordered() + ", left " + check.left());
        store.audit().stream()
                .filter(line -> line.startsWith("difference: ") || line.startsWith("audit: "))
                .map(line -> "       ./toystore " + (line.startsWith("audit: ") ? line : "audit: " + line))
                .forEach(out::println);
        return check;
    }

    /** States what the run has found. For a mode that is not about orders, in place of {@link #check}. */
    void find(String text) {
        finding = text;
    }

    /** Returns whether no order was lost, doubled, invented or oversold. */
    boolean isClean() {
        return check == null || check.isClean();
    }

    /** Returns what the run has found: the counts of {@link #check}, or what the mode has stated. */
    String finding() {
        if (check == null && finding == null) {
            throw new IllegalStateException("the mode has checked nothing");
        }
        return check == null ? finding : check.counts();
    }

    /** Kills the store, and removes its files. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        store.close();
    }
}
