package toystore.loadtest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import toystore.client.Latencies;

/**
 * Some clients at once, each on a thread of its own, in a closed loop: a client asks as soon as it is answered. All are
 * connected before the first of them begins.
 */
final class Step {
    private final Load load;
    private final List<SimulatedClient> clients;
    private final int iterations;
    private final Duration least;
    private final CyclicBarrier connected;
    private long start;

    /**
     * A step that runs until both are over.
     *
     * @param iterations of each client
     * @param least how long it takes at least
     */
    Step(Load load, List<SimulatedClient> clients, int iterations, Duration least) {
        this.load = load;
        this.clients = List.copyOf(clients);
        this.iterations = iterations;
        this.least = least;
        this.connected = new CyclicBarrier(clients.size(), () -> start = System.nanoTime());
    }

    /** @param iterated called for every iteration that was asked for, by the client's thread */
    StepResult run(Runnable iterated) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(clients.size());
        try {
            List<Callable<Void>> tasks =
                    clients.stream().map(client -> task(client, iterated)).toList();
            for (Future<Void> finished : threads.invokeAll(tasks)) {
                finished.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Latencies all = new Latencies();
        clients.forEach(client -> all.add(client.latencies()));
        return new StepResult(load, clients.size(), all, took);
    }

    private Callable<Void> task(SimulatedClient client, Runnable iterated) {
        return () -> {
            try (client) {
                client.connect();
                connected.await();
                long end = start + least.toNanos();
                boolean more = true;
                for (int i = 0; more && (i < iterations || System.nanoTime() < end); i++) {
                    more = client.iterate(load);
                    if (i < iterations) {
                        iterated.run();
                    }
                }
                return null;
            }
        };
    }
}
