package toystore.lab.room;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import toystore.common.BackgroundLoop;
import toystore.lab.room.ObservedStore.SeenProcess;

/**
 * Asks one service for its stats, again and again, on a thread of its own: a service that does not reply delays nothing
 * else. Thread-safe.
 *
 * @param <P> the place of a service: what is needed to connect to it
 * @param <S> the stats
 */
final class StatsPoller<P, S> implements Closeable {
    static final Duration TIMEOUT = Duration.ofMillis(500);

    /** While a service does not reply, it is asked more often, to see when it does. */
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

    private static final long RECENT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<Optional<P>> place;
    private final Connector<P, S> connector;
    private final Duration period;
    private final BackgroundLoop loop;
    private Source<S> source; // null while there is no connection; used by the loop's thread
    private P connected;
    private volatile Answer<S> last; // written by the loop's thread, read by all; null before the first answer

    /** A connection to a service. */
    interface Source<S> extends Closeable {
        /** Asks once. */
        S ask() throws IOException;
    }

    /** Opens connections. */
    interface Connector<P, S> {
        /** Opens a connection, or one that connects when it asks. */
        Source<S> connect(P place) throws IOException;
    }

    /** A reply of a service; the times are those of {@link System#nanoTime()}. */
    record Answer<S>(S stats, long asked, long received) {}

    /**
     * A poller that is not started yet.
     *
     * @param period from an answer to the next question
     */
    StatsPoller(String name, Supplier<Optional<P>> place, Connector<P, S> connector, Duration period) {
        this.place = place;
        this.connector = connector;
        this.period = period;
        this.loop = new BackgroundLoop(name + "-stats", Duration.ZERO, this::poll);
    }

    void start() {
        loop.start();
    }

    private Duration poll() {
        Optional<P> now = place.get();
        if (now.isEmpty()) {
            disconnect();
            return RETRY_PAUSE;
        }
        try {
            if (source == null || !now.get().equals(connected)) {
                disconnect();
                connected = now.get();
                source = connector.connect(connected);
            }
            long asked = System.nanoTime();
            S stats = source.ask();
            last = new Answer<>(stats, asked, System.nanoTime());
            return period;
        } catch (IOException noReply) {
            return RETRY_PAUSE;
        }
    }

    private void disconnect() {
        if (source != null) {
            try {
                source.close();
            } catch (IOException e) {
                // the connection is closed anyway
            }
            source = null;
        }
    }

    /** Returns when a process replied last, as {@link System#nanoTime()}; empty if it has not replied yet. */
    Optional<Long> lastReply(SeenProcess process) {
        Answer<S> answer = last;
        return answer == null || answer.asked() - process.started() < 0
                ? Optional.empty()
                : Optional.of(answer.received());
    }

    static boolean isRecent(long reply) {
        return System.nanoTime() - reply < RECENT_NANOS;
    }

    /** Returns the last reply of a process; empty if it has not replied in the last second. */
    Optional<Answer<S>> recent(SeenProcess process) {
        Answer<S> answer = last;
        return process.alive()
                        && answer != null
                        && answer.asked() - process.started() >= 0
                        && isRecent(answer.received())
                ? Optional.of(answer)
                : Optional.empty();
    }

    /** Ends the polling after the current question, without waiting for that. */
    @Override
    public void close() {
        loop.stop();
    }
}
