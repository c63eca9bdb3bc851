package toystore.chaos;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.random.RandomGenerator;
import toystore.chaos.Violations.Kind;
import toystore.client.StoreClient.Toy;

/** The shopkeeper, who brings crates and changes prices while people shop. Run by one thread. */
final class ChaosRestocker implements Runnable {
    private static final Duration RHYTHM = Duration.ofMillis(250);

    private final ChaosRun scene;
    private final RandomGenerator random;

    ChaosRestocker(ChaosRun scene, RandomGenerator random) {
        this.scene = scene;
        this.random = random;
    }

    @Override
    public void run() {
        try (KeyedClient client = new KeyedClient(scene.store())) {
            while (!scene.awaitClosing(RHYTHM)) {
                Toy toy = scene.assortment().any(random);
                BigDecimal price = BigDecimal.valueOf(random.nextInt(100, 5000), 2);
                switch (random.nextInt(4)) {
                    case 0 -> change(client, toy.name(), TestCatalog.CRATE, null);
                    case 1 -> change(client, toy.name(), TestCatalog.CRATE, price);
                    default -> change(client, toy.name(), 0, price);
                }
            }
        } catch (IOException | RuntimeException e) {
            scene.faults().add(Kind.OTHER, "the shopkeeper", "fell over: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void change(KeyedClient client, String toy, int add, BigDecimal price) {
        try {
            client.change(toy, add, price);
            scene.ledger().restocked(toy, add);
        } catch (IOException unknown) {
            // the crate may have come or not; the sums allow for both
        }
    }
}
