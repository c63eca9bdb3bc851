package toystore.lab.weak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import toystore.common.Threads;
import toystore.process.ServiceProcess;

/** The stdin and stdout of a {@link WeakOrders} process, for the schedule. Thread-safe. */
final class OrdersConsole {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String END = "end";

    private final ServiceProcess process;

    @GuardedBy("this")
    private final Set<String> lines = new LinkedHashSet<>(); // a refusal is printed until there is none

    private OrdersConsole(ServiceProcess process) {
        this.process = process;
    }

    /** Reads what the process prints, from now on. */
    static OrdersConsole of(ServiceProcess process) {
        OrdersConsole console = new OrdersConsole(process);
        Threads.named("orders-console", console::read).start();
        return console;
    }

    /** Makes the process hold the next orders that come to its hold point. */
    void hold(int orders) throws IOException, InterruptedException {
        process.send("hold " + orders);
        await(1, "holding " + orders);
    }

    /** Lets all held orders continue. */
    void release() throws IOException {
        process.send("release");
    }

    /** Returns the rest of the lines that begin with the word, in order, each once. */
    synchronized List<String> reported(String word) {
        return lines.stream()
                .filter(line -> line.startsWith(word))
                .map(line -> line.substring(word.length()).strip())
                .toList();
    }

    /**
     * Waits until the process has printed so many different lines that begin with one of the words.
     *
     * @return the rest of the last one
     * @throws IOException if it has not after a minute, or has ended
     */
    synchronized String await(int count, String... words) throws IOException, InterruptedException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            List<String> found = new ArrayList<>();
            for (String word : words) {
                found.addAll(reported(word));
            }
            if (found.size() >= count) {
                return found.get(found.size() - 1);
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (lines.contains(END)) {
                process.checkAlive();
            }
            if (left <= 0 || lines.contains(END)) {
                throw new IOException("orders has not reported \"" + String.join("\" or \"", words) + "\" " + count
                        + " times in " + TIMEOUT.toSeconds() + " s, but " + lines);
            }
            wait(left);
        }
    }

    private void read() {
        String line = next();
        while (line != null) {
            add(line);
            line = next();
        }
        add(END);
    }

    private String next() {
        try {
            return process.readLine();
        } catch (IOException killed) {
            return null;
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }
}
