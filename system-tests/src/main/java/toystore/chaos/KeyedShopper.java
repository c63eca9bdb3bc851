package toystore.chaos;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import toystore.chaos.PurchaseOutcome.Acknowledged;
import toystore.chaos.PurchaseOutcome.Odd;
import toystore.chaos.PurchaseOutcome.SoldOut;
import toystore.chaos.PurchaseOutcome.Unknown;
import toystore.chaos.Violations.Kind;
import toystore.client.StoreClient.Receipt;
import toystore.common.Threads;

/**
 * A shopper who insists: a purchase is sent again, with the same key, until it is known what became of it. Now and then
 * one is sent twice at once, or asked for again when it has long been acknowledged, or looked up. Run by one thread.
 */
final class KeyedShopper implements Runnable {
    private static final int MOST_OF_ONE_TOY = 5;
    private static final double AGAIN = 0.10;
    private static final double LOOK_UP = 0.10;
    private static final double TWICE = 0.05;
    /** So that shoppers leave the processor to services that are starting. */
    private static final int MOST_THINKING_MILLIS = 30;

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final String name;
    private final ChaosRun scene;
    private final RandomGenerator random;
    private final List<Bought> bought = new ArrayList<>();
    private int purchases;

    private record Bought(Purchase purchase, Receipt receipt) {}

    /** @param name begins the keys; no other shopper has it */
    KeyedShopper(String name, ChaosRun scene, RandomGenerator random) {
        this.name = name;
        this.scene = scene;
        this.random = random;
    }

    @Override
    public void run() {
        try (KeyedClient client = new KeyedClient(scene.store());
                KeyedClient second = new KeyedClient(scene.store())) {
            while (!scene.awaitClosing(Duration.ofMillis(random.nextInt(MOST_THINKING_MILLIS)))) {
                double what = random.nextDouble();
                if (bought.isEmpty() || what >= AGAIN + LOOK_UP) {
                    buy(client, second);
                } else if (what < AGAIN) {
                    buyAgain(client, bought.get(random.nextInt(bought.size())));
                } else {
                    lookUp(client, bought.get(random.nextInt(bought.size())).receipt());
                }
            }
        } catch (IOException | RuntimeException e) {
            scene.faults().add(Kind.OTHER, name, "fell over: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void buy(KeyedClient client, KeyedClient second) throws InterruptedException {
        String toy = scene.assortment().any(random).name();
        Purchase purchase = new Purchase(name + "-" + ++purchases, toy, random.nextInt(1, MOST_OF_ONE_TOY + 1));
        boolean twice = random.nextDouble() < TWICE;
        PurchaseOutcome outcome = twice ? sendTwiceAtOnce(client, second, purchase) : send(client, purchase);
        boolean mayHideAnOrder = false;
        while (!(outcome instanceof Acknowledged) && !(outcome instanceof SoldOut) && !scene.isLate()) {
            mayHideAnOrder = true;
            scene.awaitEnd(PAUSE);
            scene.ledger().repeated();
            outcome = send(client, purchase);
        }
        if (outcome instanceof Acknowledged acknowledged) {
            bought.add(new Bought(purchase, acknowledged.receipt()));
        } else if (mayHideAnOrder) {
            scene.ledger().unsettled(purchase);
        } else {
            scene.ledger().soldOut();
        }
    }

    private PurchaseOutcome send(KeyedClient client, Purchase purchase) {
        Instant wall = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        long sent = System.nanoTime();
        PurchaseOutcome outcome = client.send(purchase);
        if (outcome instanceof Acknowledged acknowledged) {
            scene.ledger().acknowledged(purchase, acknowledged.receipt());
            if (!acknowledged.receipt().time().isBefore(wall)) { // else it was placed by an earlier try
                scene.pulse().beat(sent);
            }
        } else if (outcome instanceof Odd odd) {
            scene.faults().add(Kind.OTHER, purchase.toString(), "was answered with " + odd.answer());
        }
        return outcome;
    }

    /** On two connections. What is known of one request is known of the other, too. */
    private PurchaseOutcome sendTwiceAtOnce(KeyedClient client, KeyedClient second, Purchase purchase) {
        CompletableFuture<PurchaseOutcome> other = CompletableFuture.supplyAsync(
                () -> send(second, purchase),
                task -> Threads.named(name + "-beside", task).start());
        scene.ledger().repeated();
        PurchaseOutcome one = send(client, purchase);
        PurchaseOutcome two = other.join();
        if (one instanceof Acknowledged || two instanceof Acknowledged) {
            return one instanceof Acknowledged ? one : two;
        }
        return one instanceof SoldOut ? two : one;
    }

    /** Whoever has an order and asks for it again must get the same one. */
    private void buyAgain(KeyedClient client, Bought had) throws InterruptedException {
        String order = AcknowledgedOrders.order(had.receipt().orderNumber());
        PurchaseOutcome outcome;
        do {
            scene.ledger().repeated();
            outcome = client.send(had.purchase());
        } while (outcome instanceof Unknown && !scene.awaitClosing(PAUSE));
        if (outcome instanceof Acknowledged acknowledged) {
            scene.ledger().acknowledged(had.purchase(), acknowledged.receipt());
        } else if (outcome instanceof SoldOut) {
            scene.faults().add(Kind.LOST, order, had.purchase() + " was acknowledged, and then it was out of stock");
        } else if (outcome instanceof Odd odd) {
            scene.faults().add(Kind.LOST, order, had.purchase() + " was acknowledged, and then it was " + odd.answer());
        }
    }

    private void lookUp(KeyedClient client, Receipt receipt) {
        try {
            Receipt found = client.find(receipt.orderNumber()).orElse(null);
            if (!receipt.equals(found)) {
                scene.faults()
                        .add(
                                Kind.LOST,
                                AcknowledgedOrders.order(receipt.orderNumber()),
                                "was acknowledged as " + receipt + " and was then " + found);
            }
        } catch (IOException down) {
            // the store does not say now; every order is looked up at the end
        }
    }
}
