package toystore.lab.shoppers;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import toystore.lab.shoppers.Violations.Kind;

/** A shopper that only queries products, one random product after the other. Run by one thread. */
public final class QueryingShopper implements Runnable {
    private final String name;
    private final LabRun run;
    private final RandomGenerator random;
    private final int longestPauseMillis;

    /** @param longestPause between two queries; the pauses are between none and this */
    public QueryingShopper(String name, LabRun run, RandomGenerator random, Duration longestPause) {
        this.name = name;
        this.run = run;
        this.random = random;
        this.longestPauseMillis = (int) longestPause.toMillis();
    }

    @Override
    public void run() {
        try (KeyedClient client = new KeyedClient(run.frontend())) {
            while (!run.awaitClosing(Duration.ofMillis(random.nextInt(longestPauseMillis)))) {
                query(client);
            }
        } catch (IOException | RuntimeException e) {
            run.violations().add(Kind.OTHER, name, "failed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void query(KeyedClient client) throws InterruptedException {
        try {
            client.query(run.catalog().random(random).name());
            run.counts().queries().increment();
        } catch (IOException down) {
            run.counts().failures().increment();
            run.awaitClosing(LabRun.RETRY_PAUSE);
        }
    }
}
