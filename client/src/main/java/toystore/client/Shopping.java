package toystore.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import toystore.client.StoreClient.Toy;
import toystore.common.Threads;
import toystore.common.cli.Interrupt;

/** One run of all shoppers, from the warm-up to the last order that is read back. Not thread-safe. */
final class Shopping {
    /** How long shoppers may finish their current request after an interrupt. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** Makes the random numbers of think times differ from those of the choices. */
    private static final long PAUSE_SEED = 0x7468696e6bL;

    private final ClientConfig config;
    private final List<Toy> toys;
    private final Resender.Limits limits;
    private final ShoppingProgress progress;
    private final Interrupt interrupt;
    private final Duration grace;

    /** @param toys that shoppers choose from, at least one */
    Shopping(
            ClientConfig config,
            List<Toy> toys,
            Resender.Limits limits,
            ShoppingProgress progress,
            Interrupt interrupt,
            Duration grace) {
        this.config = config;
        this.toys = List.copyOf(toys);
        this.limits = limits;
        this.progress = progress;
        this.interrupt = interrupt;
        this.grace = grace;
    }

    /** Runs all shoppers. After an interrupt it waits for them for the grace period only. */
    Summary run() {
        SplittableRandom choices = new SplittableRandom(config.seed());
        SplittableRandom pauses = new SplittableRandom(config.seed() ^ PAUSE_SEED);
        String runId = UUID.randomUUID().toString(); // not from the seed: the next run needs other keys
        ThreadFactory named = Threads.numbered("shopper");
        Executor threads = shopper -> named.newThread(shopper).start();
        List<ShopperRecord> records = new ArrayList<>();
        List<CompletableFuture<Void>> shoppers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 1; i <= config.clients(); i++) {
            ShopperRecord record = new ShopperRecord(progress);
            records.add(record);
            Shopper shopper = new Shopper(
                    config, toys, choices.split(), pauses.split(), runId + "-" + i, limits, interrupt, record);
            shoppers.add(CompletableFuture.runAsync(shopper, threads));
        }
        awaitEnd(shoppers);
        return new Summary(
                config,
                records.stream().map(ShopperRecord::result).toList(),
                Duration.ofNanos(System.nanoTime() - start),
                interrupt.isRequested(),
                shoppers.stream().filter(shopper -> !shopper.isDone()).count());
    }

    private void awaitEnd(List<CompletableFuture<Void>> shoppers) {
        CompletableFuture<Void> graceOver = new CompletableFuture<>();
        interrupt.onRequest(() -> graceOver.completeOnTimeout(null, grace.toMillis(), TimeUnit.MILLISECONDS));
        CompletableFuture.anyOf(CompletableFuture.allOf(shoppers.toArray(CompletableFuture[]::new)), graceOver)
                .join();
    }
}
