package toystore.loadtest.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.common.ConnectionReaper;
import toystore.common.ConnectionReaper.Deadline;
import toystore.loadtest.load.LoadModel.Schedule;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.scenario.Scenario.Classification;
import toystore.loadtest.scenario.Scenario.ScenarioRequest;
import toystore.loadtest.scenario.Scenario.VirtualUser;

/**
 * A client with a connection and a thread of its own.
 *
 * <p>Its reads have no timeout, because that would cost a system call each. Instead, the
 * {@link ConnectionReaper} of the run closes the connection after the timeout.
 */
final class SimulatedClient implements Runnable {
    private static final Timeouts NO_TIMEOUTS = new Timeouts(Duration.ZERO, Duration.ZERO);

    /** Servers keep idle connections open for longer, and busy clients are idle for shorter times. */
    private static final Duration TRUSTED_IDLE_TIME = Duration.ofSeconds(1);

    /** Linux may wake a thread this much too late, so the client spins for that time before a request is due. */
    private static final long TIMER_SLACK_NANOS = 50_000;

    /** How long before a request is due the client checks whether the server has closed the connection. */
    private static final long CHECK_NANOS = 5_000_000;

    /** A pause after a request without any response, so that a server that is down is not flooded. */
    private static final long PAUSE_NANOS = 10_000_000;

    private final Run run;
    private final VirtualUser user;
    private final ClientRecorder recorder;
    private final Histogram sendLag = new Histogram(Totals.DIGITS);
    private HttpConnection connection;
    private volatile Deadline deadline; // of this connection; read by the reaper thread
    private long rounds;
    private long lastResponse;

    SimulatedClient(Run run, VirtualUser user, ClientRecorder recorder) {
        this.run = run;
        this.user = user;
        this.recorder = recorder;
        useNewConnection();
    }

    @Override
    public void run() {
        try {
            connect();
            lastResponse = run.awaitStart();
            while (run.continues(rounds)) {
                long due = run.nextDue();
                if (due == Schedule.OVER || !awaitDue(due)) {
                    break;
                }
                ScenarioRequest request = user.next();
                if (request == null) {
                    run.onSoldOut();
                    break;
                }
                exchange(request, due);
                rounds += user.isBetweenRounds() ? 1 : 0;
            }
        } finally {
            close();
        }
    }

    /** Closes the connection if the client waits for a response. Called by the reaper thread. */
    void evict() {
        deadline.evict();
    }

    /**
     * How late requests were sent for which it had a free connection, in nanoseconds. Valid after its thread has ended.
     */
    Histogram sendLag() {
        return sendLag;
    }

    /** The time of its last response, on the clock of {@link System#nanoTime}. Valid after its thread has ended. */
    long lastResponse() {
        return lastResponse;
    }

    private void exchange(ScenarioRequest request, long due) {
        long start = System.nanoTime();
        deadline.start();
        Classification result;
        boolean responded = false;
        try {
            Response response = connection.exchangeOnce(request.http());
            responded = true;
            result = user.classify(request, response);
        } catch (IOException e) {
            result = new Classification(RequestOutcome.ERROR, e.getMessage() == null ? e.toString() : e.getMessage());
        }
        long end = System.nanoTime();
        boolean aborted = endWait();
        if (aborted || run.isTimeout(end - start)) {
            result = new Classification(RequestOutcome.TIMEOUT, run.timeoutReason());
        }
        lastResponse = end;
        if (aborted && run.isStopped()) {
            run.countUnanswered();
        } else {
            long from = due == Schedule.NOW ? start : due;
            recorder.record(request.kind(), result.outcome(), end - from, end - start, result.reason());
        }
        if (!responded) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits until a request is due; returns {@code false} if it must not be sent any more. */
    private boolean awaitDue(long due) {
        if (due == Schedule.NOW) {
            return true;
        }
        if (due - System.nanoTime() > CHECK_NANOS && sleepUntil(due - CHECK_NANOS)) {
            connect();
        }
        boolean onTime = due - System.nanoTime() > 0;
        if (!sleepUntil(due)) {
            return false;
        }
        if (onTime) {
            sendLag.recordValue(System.nanoTime() - due);
        }
        return run.maySendLate();
    }

    /** Sleeps, and spins at the end; returns {@code false} if the run was stopped before. */
    private boolean sleepUntil(long time) {
        for (long wait = time - System.nanoTime(); wait > 0; wait = time - System.nanoTime()) {
            if (run.isStopped()) {
                return false;
            }
            if (wait > TIMER_SLACK_NANOS) {
                LockSupport.parkNanos(wait - TIMER_SLACK_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
        return true;
    }

    /** Connects if necessary, so that the next request is not slower for it. The next request reports errors. */
    private void connect() {
        deadline.start();
        try {
            connection.open();
        } catch (IOException e) {
            // the next request will fail, too
        }
        endWait();
    }

    /** Ends a wait. If the reaper has closed the connection, replaces it and returns {@code true}. */
    private boolean endWait() {
        if (deadline.stop()) {
            return false;
        }
        deadline.close();
        useNewConnection();
        return true;
    }

    private void useNewConnection() {
        connection = new HttpConnection(run.target(), NO_TIMEOUTS, TRUSTED_IDLE_TIME, run::countUnsolicited);
        deadline = run.watch(connection::abort);
    }

    private void close() {
        deadline.close();
        try {
            connection.close();
        } catch (IOException e) {
            // the socket is closed anyway
        }
    }
}
