package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.Origin;
import toystore.common.Abbreviated;
import toystore.common.Threads;

/**
 * Shoppers who buy single units of all toys through several cells at once, until every toy is sold out.
 *
 * <p>Each shopper has a connection and a thread. A shopper leaves a toy alone once a cell says that it is sold out.
 */
final class SoldOutRun {
    private static final int CREATED = 201;
    private static final int CONFLICT = 409;

    private final List<String> toys;
    private final Map<String, LongAdder> sold = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();

    SoldOutRun(List<String> toys) {
        this.toys = List.copyOf(toys);
        toys.forEach(toy -> sold.put(toy, new LongAdder()));
    }

    /**
     * Buys everything.
     *
     * @param shoppers at each cell
     * @throws IOException if an order gets another response than 201 and 409
     */
    void run(List<Origin> cells, int shoppers) throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < cells.size() * shoppers; i++) {
            Origin cell = cells.get(i % cells.size());
            SplittableRandom random = new SplittableRandom(i);
            threads.add(Threads.named("bench-shopper-" + i, () -> shop(cell, random)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        IOException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    private void shop(Origin cell, SplittableRandom random) {
        List<String> left = new ArrayList<>(toys);
        try (HttpConnection connection = new HttpConnection(cell)) {
            while (!left.isEmpty() && failures.isEmpty()) {
                String toy = left.get(random.nextInt(left.size()));
                Response response = connection.exchange(BenchCluster.order(cell.address(), toy));
                switch (response.status()) {
                    case CREATED -> sold.get(toy).increment();
                    case CONFLICT -> left.remove(toy);
                    default ->
                        throw new IOException("an order of " + toy + " at " + cell.address() + " got status "
                                + response.status() + ": "
                                + Abbreviated.of(new String(response.body(), UTF_8), 200));
                }
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }

    /** Returns the units of each toy that were acknowledged. */
    Map<String, Long> sold() {
        Map<String, Long> units = new HashMap<>();
        sold.forEach((toy, count) -> units.put(toy, count.sum()));
        return units;
    }
}
