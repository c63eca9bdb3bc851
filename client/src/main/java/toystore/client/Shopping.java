package toystore.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import toystore.client.StoreClient.Toy;
import toystore.common.Threads;

/** All shoppers at once, from the first warm-up to the last order that is read back. */
final class Shopping {
    /** Pauses are drawn from numbers of their own, so that shoppers make the same choices with and without them. */
    private static final long OTHER = 0x7468696e6bL;

    private final ClientConfig config;
    private final List<Toy> toys;
    private final Resender.Limits limits;
    private final LiveTotals tally;
    private final Interrupt cutShort;

    /** @param toys that shoppers choose from, at least one */
    Shopping(ClientConfig config, List<Toy> toys, Resender.Limits limits, LiveTotals tally, Interrupt cutShort) {
        this.config = config;
        this.toys = List.copyOf(toys);
        this.limits = limits;
        this.tally = tally;
        this.cutShort = cutShort;
    }

    /** Shops until all is done or it is cut short; then shoppers that get no answer are left behind. */
    Summary run() {
        SplittableRandom choices = new SplittableRandom(config.seed());
        SplittableRandom pauses = new SplittableRandom(config.seed() ^ OTHER);
        String run = UUID.randomUUID().toString(); // not of the seed: a key is of one order, also in the next run
        ThreadFactory named = Threads.numbered("shopper");
        Executor threads = shopper -> named.newThread(shopper).start();
        List<ShopperRecord> notebooks = new ArrayList<>();
        List<CompletableFuture<Void>> shoppers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 1; i <= config.clients(); i++) {
            ShopperRecord notebook = new ShopperRecord(tally);
            notebooks.add(notebook);
            Shopper shopper = new Shopper(
                    config,
                    toys,
                    choices.split(),
                    new ThinkTime(config.thinkTime(), pauses.split()),
                    run + "-" + i,
                    limits,
                    cutShort,
                    notebook);
            shoppers.add(CompletableFuture.runAsync(shopper, threads));
        }
        CompletableFuture.anyOf(CompletableFuture.allOf(shoppers.toArray(CompletableFuture[]::new)), cutShort.overdue())
                .join();
        long waiting = shoppers.stream().filter(shopper -> !shopper.isDone()).count();
        return new Summary(
                config,
                notebooks.stream().map(ShopperRecord::findings).toList(),
                Duration.ofNanos(System.nanoTime() - start),
                cutShort.isTold(),
                waiting);
    }
}
