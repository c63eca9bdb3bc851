package toystore.lab.weak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A point on the way of an order at which the schedule can hold it. It is in the orders process, and the schedule drives
 * it over stdin and stdout, so that nothing depends on time. Thread-safe.
 *
 * <pre>
 *   stdin     hold N      hold the next N orders that come here
 *             release     let all held orders continue; hold no more
 *   stdout    holding N   the reply to hold
 *             held KEY    an order is held
 *             missed KEY  an order was refused before it came here
 * </pre>
 */
final class HoldPoint {
    private final PrintStream out;

    @GuardedBy("this")
    private int toHold;

    @GuardedBy("this")
    private boolean armed;

    @GuardedBy("this")
    private List<CompletableFuture<Void>> held = new ArrayList<>();

    HoldPoint(PrintStream out) {
        this.out = out;
    }

    /**
     * Lets an order pass, now or when the schedule releases it.
     *
     * @param key names the order in the report
     * @return is completed by the thread that reads stdin, if the order is held
     */
    synchronized CompletableFuture<Void> pass(String key) {
        if (toHold == 0) {
            return CompletableFuture.completedFuture(null);
        }
        toHold--;
        CompletableFuture<Void> released = new CompletableFuture<>();
        held.add(released);
        out.println("held " + key);
        return released;
    }

    /** Reports an order that was refused before it came here: its reply may have to wait for those that are held. */
    void miss(String key) {
        out.println("missed " + key);
    }

    /** Returns whether the schedule has said hold, and has not said release. */
    synchronized boolean isArmed() {
        return armed;
    }

    /** Obeys the schedule until stdin ends. */
    void obey(BufferedReader stdin) throws IOException {
        for (String line = stdin.readLine(); line != null; line = stdin.readLine()) {
            if (line.startsWith("hold ")) {
                hold(Integer.parseInt(line.substring(5)));
            } else if (line.equals("release")) {
                release();
            } else {
                throw new IOException("\"" + line + "\" found on stdin; expected hold N or release");
            }
        }
    }

    private synchronized void hold(int next) {
        toHold = next;
        armed = true;
        out.println("holding " + next);
    }

    private void release() {
        List<CompletableFuture<Void>> released;
        synchronized (this) {
            toHold = 0;
            armed = false;
            released = held;
            held = new ArrayList<>();
        }
        released.forEach(order -> order.complete(null)); // without the lock: what depends on it runs here
    }
}
