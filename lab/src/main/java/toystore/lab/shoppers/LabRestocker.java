package toystore.lab.shoppers;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.random.RandomGenerator;
import toystore.client.http.Origin;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabCatalog;

/** Restocks products, takes units away again and changes prices with the admin API. Run by one thread. */
public final class LabRestocker implements Runnable {
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final LabRun run;
    private final Origin frontend;
    private final RandomGenerator random;

    /** @param frontend of the cell that it uses */
    public LabRestocker(LabRun run, Origin frontend, RandomGenerator random) {
        this.run = run;
        this.frontend = frontend;
        this.random = random;
    }

    @Override
    public void run() {
        try (KeyedClient client = new KeyedClient(frontend)) {
            while (!run.awaitClosing(INTERVAL)) {
                String product = run.catalog().random(random).name();
                BigDecimal price = BigDecimal.valueOf(random.nextInt(100, 5000), 2);
                run.activity().lock();
                try {
                    switch (random.nextInt(5)) {
                        case 0 -> change(client, product, LabCatalog.RESTOCK_UNITS, null);
                        case 1 -> change(client, product, LabCatalog.RESTOCK_UNITS, price);
                        case 2 -> change(client, product, -LabCatalog.RESTOCK_UNITS, null);
                        default -> change(client, product, 0, price);
                    }
                } finally {
                    run.activity().unlock();
                }
            }
        } catch (IOException | RuntimeException e) {
            run.violations().add(Kind.OTHER, "the restocker", "failed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void change(KeyedClient client, String product, int add, BigDecimal price) {
        try {
            if (client.change(product, add, price)) {
                run.acknowledged().addRestock(product, add);
            }
        } catch (IOException unknown) {
            run.acknowledged().addUnknownRestock(product, add);
        }
    }
}
