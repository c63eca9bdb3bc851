package toystore.lab.shoppers;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import toystore.client.StoreClient.Receipt;
import toystore.client.http.Origin;
import toystore.common.Threads;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.shoppers.KeyedClient.Outcome;
import toystore.lab.shoppers.KeyedClient.Outcome.Acknowledged;
import toystore.lab.shoppers.KeyedClient.Outcome.SoldOut;
import toystore.lab.shoppers.KeyedClient.Outcome.Unexpected;
import toystore.lab.shoppers.KeyedClient.Outcome.Unknown;
import toystore.lab.shoppers.Violations.Kind;

/**
 * A shopper that sends each order again, with the same key, until it knows the outcome. Run by one thread.
 *
 * <p>In a store of several cells, it sends an order to the next cell when its own does not say the outcome. It also sends
 * some orders twice at the same moment, to both of these cells, repeats acknowledged orders, and looks orders up: the store
 * must always give the receipt that it gave first.
 */
public final class KeyedShopper implements Runnable {
    private static final int MAX_QUANTITY = 5;
    private static final double REPEAT = 0.10;
    private static final double LOOK_UP = 0.10;
    private static final double SEND_TWICE = 0.05;
    /** Leaves processor time to services that are starting. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(30);
    /** Of acknowledged orders that are sent again and looked up. */
    private static final int MAX_REMEMBERED = 10_000;

    private final String name;
    private final LabRun run;
    private final Origin home;
    private final Origin other; // the same in a store of one cell
    private final RandomGenerator random;
    private final int longestPauseMillis;
    private final List<Placed> placed = new ArrayList<>();
    private int orders;

    private record Placed(KeyedOrder order, Receipt receipt) {}

    /**
     * A shopper with short pauses.
     *
     * @param name the prefix of the keys, unique among shoppers
     * @param number decides which cell is its home, and which one it uses too
     */
    public KeyedShopper(String name, LabRun run, int number, RandomGenerator random) {
        this(name, run, number, random, LONGEST_PAUSE);
    }

    /**
     * The same, with a pause of its own.
     *
     * @param longestPause between two actions; the pauses are between none and this
     */
    public KeyedShopper(String name, LabRun run, int number, RandomGenerator random, Duration longestPause) {
        int cells = run.frontends().size();
        this.name = name;
        this.run = run;
        this.home = run.frontends().get(number % cells);
        this.other = run.frontends().get((number + 1) % cells);
        this.random = random;
        this.longestPauseMillis = (int) longestPause.toMillis();
    }

    @Override
    public void run() {
        try (KeyedClient client = new KeyedClient(home);
                KeyedClient second = new KeyedClient(other)) {
            while (!run.awaitClosing(Duration.ofMillis(random.nextInt(longestPauseMillis)))) {
                run.activity().lock();
                try {
                    act(client, second);
                } finally {
                    run.activity().unlock();
                }
            }
        } catch (IOException | RuntimeException e) {
            run.violations().add(Kind.OTHER, name, "failed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act(KeyedClient client, KeyedClient second) throws InterruptedException {
        double choice = random.nextDouble();
        if (placed.isEmpty() || choice >= REPEAT + LOOK_UP) {
            order(client, second);
        } else if (choice < REPEAT) {
            repeat(random.nextBoolean() ? client : second, anyPlaced());
        } else {
            lookUp(random.nextBoolean() ? client : second, anyPlaced().receipt());
        }
    }

    private Placed anyPlaced() {
        return placed.get(random.nextInt(placed.size()));
    }

    private void order(KeyedClient client, KeyedClient second) throws InterruptedException {
        String product = run.catalog().random(random).name();
        KeyedOrder order = new KeyedOrder(name + "-" + ++orders, product, random.nextInt(1, MAX_QUANTITY + 1));
        boolean twice = random.nextDouble() < SEND_TWICE;
        Outcome outcome = twice ? sendTwice(client, second, order) : send(client, order);
        boolean mayExist = false;
        boolean toOther = false;
        while (!(outcome instanceof Acknowledged) && !(outcome instanceof SoldOut) && !run.isFinishTimeOver()) {
            mayExist = true;
            run.awaitEnd(LabRun.RETRY_PAUSE);
            run.acknowledged().addResend();
            toOther = !toOther; // as a load balancer would, but the key must make one order of both
            outcome = send(toOther ? second : client, order);
        }
        if (outcome instanceof Acknowledged acknowledged) {
            remember(new Placed(order, acknowledged.receipt()));
        } else if (mayExist) {
            run.acknowledged().addUnresolved(order);
        } else {
            run.acknowledged().addSoldOut();
        }
    }

    private void remember(Placed order) {
        if (placed.size() < MAX_REMEMBERED) {
            placed.add(order);
        } else {
            placed.set(random.nextInt(MAX_REMEMBERED), order);
        }
    }

    private Outcome send(KeyedClient client, KeyedOrder order) {
        return send(run, client, order);
    }

    /** Sends an order once, and records what the store says. */
    public static Outcome send(LabRun run, KeyedClient client, KeyedOrder order) {
        Instant sentAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        long sent = System.nanoTime();
        Outcome outcome = client.send(order);
        if (outcome instanceof Acknowledged acknowledged) {
            run.acknowledged().add(order, acknowledged.receipt());
            if (!acknowledged.receipt().time().isBefore(sentAt)) { // otherwise an earlier request placed it
                run.availability(client.frontend()).orderAcknowledged(sent);
                run.counts().orders().increment();
            }
        } else if (outcome instanceof Unknown) {
            run.counts().failures().increment();
        } else if (outcome instanceof Unexpected unexpected) {
            run.violations().add(Kind.OTHER, order.toString(), "got the response " + unexpected.response());
        }
        return outcome;
    }

    /** Sends an order on two connections at the same moment; returns the outcome that says more. */
    private Outcome sendTwice(KeyedClient client, KeyedClient second, KeyedOrder order) {
        CompletableFuture<Outcome> other = CompletableFuture.supplyAsync(
                () -> send(second, order),
                task -> Threads.named(name + "-second", task).start());
        run.acknowledged().addResend();
        Outcome one = send(client, order);
        Outcome two = other.join();
        if (one instanceof Acknowledged || two instanceof Acknowledged) {
            return one instanceof Acknowledged ? one : two;
        }
        return one instanceof SoldOut ? two : one;
    }

    /** Sends an acknowledged order again, which must get the same receipt. */
    private void repeat(KeyedClient client, Placed earlier) throws InterruptedException {
        Outcome outcome;
        do {
            run.acknowledged().addResend();
            outcome = client.send(earlier.order());
        } while (outcome instanceof Unknown && !run.awaitClosing(LabRun.RETRY_PAUSE));
        if (outcome instanceof Acknowledged acknowledged) {
            run.acknowledged().add(earlier.order(), acknowledged.receipt());
        } else if (!(outcome instanceof Unknown)) {
            run.violations()
                    .add(
                            Kind.LOST,
                            earlier.receipt().orderNumber(),
                            earlier.order() + " was acknowledged, and then got " + outcome);
        }
    }

    private void lookUp(KeyedClient client, Receipt receipt) {
        try {
            Receipt found = client.find(receipt.orderNumber()).orElse(null);
            if (!receipt.equals(found)) {
                run.violations()
                        .add(
                                Kind.LOST,
                                receipt.orderNumber(),
                                "was acknowledged as " + receipt + " and was then " + found);
            }
        } catch (IOException down) {
            // the store does not say now; every order is looked up at the end
        }
    }
}
