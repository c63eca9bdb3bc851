package toystore.loadtest.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Answer;
import toystore.client.http.HttpConnection.Patience;
import toystore.common.ConnectionReaper;
import toystore.common.ConnectionReaper.Deadline;
import toystore.loadtest.result.RequestOutcome;
import toystore.loadtest.scenario.ScenarioRequest;
import toystore.loadtest.scenario.VirtualUser;
import toystore.loadtest.scenario.VirtualUser.Verdict;

/**
 * A client with a connection and a thread of its own. Its reads have no timeout, which would cost a system call each:
 * the {@link ConnectionReaper} of the run closes its connection if a response is late.
 */
final class SimulatedClient implements Runnable {
    private static final Patience ENDLESS = new Patience(Duration.ZERO, Duration.ZERO);

    /** Shorter than servers leave a connection open that is not used, and longer than a busy client ever rests. */
    private static final Duration TRUSTED_REST = Duration.ofSeconds(1);

    /** Linux wakes a thread up to so late; that is waited out awake, for the sake of latencies. */
    private static final long TIMER_SLACK_NANOS = 50_000;

    /** So long before a request is due there is time to see whether the server has closed the connection. */
    private static final long LOOK_NANOS = 5_000_000;

    /** A client that cannot connect does not try as fast as it can. */
    private static final long PAUSE_NANOS = 10_000_000;

    private final Run run;
    private final VirtualUser visitor;
    private final ClientRecorder recorder;
    private final Histogram sendLag = new Histogram(Distributions.DIGITS);
    private HttpConnection connection;
    private volatile Deadline deadline; // of this connection; read by the reaper's thread
    private long rounds;
    private long lastAnswer;

    SimulatedClient(Run run, VirtualUser visitor, ClientRecorder recorder) {
        this.run = run;
        this.visitor = visitor;
        this.recorder = recorder;
        useNewConnection();
    }

    @Override
    public void run() {
        try {
            connect();
            lastAnswer = run.awaitStart();
            while (run.goesOn(rounds)) {
                long due = run.nextDue();
                if (due == Schedule.OVER || !await(due)) {
                    break;
                }
                ScenarioRequest request = visitor.next();
                if (request == null) {
                    run.nothingLeft();
                    break;
                }
                exchange(request, due);
                rounds += visitor.isBetweenRounds() ? 1 : 0;
            }
        } finally {
            close();
        }
    }

    /** Closes the connection if it waits for a response; called by the reaper's thread. */
    void evict() {
        deadline.evict();
    }

    /** How late it was with requests that it had a connection for, in nanoseconds. To be read when its thread has ended. */
    Histogram sendLag() {
        return sendLag;
    }

    /** When the last answer came, on the clock of {@link System#nanoTime}. To be read when its thread has ended. */
    long lastAnswer() {
        return lastAnswer;
    }

    private void exchange(ScenarioRequest request, long due) {
        long start = System.nanoTime();
        deadline.start();
        Verdict verdict;
        boolean answered = false;
        try {
            Answer answer = connection.exchangeOnce(request.http());
            answered = true;
            verdict = visitor.judge(request, answer);
        } catch (IOException e) {
            verdict = new Verdict(RequestOutcome.ERROR, e.getMessage() == null ? e.toString() : e.getMessage());
        }
        long end = System.nanoTime();
        boolean aborted = endWait();
        if (aborted || run.isTooLate(end - start)) {
            verdict = new Verdict(RequestOutcome.TIMEOUT, run.noAnswer());
        }
        lastAnswer = end;
        if (aborted && run.isStopped()) {
            run.unanswered();
        } else {
            long from = due == Schedule.NOW ? start : due;
            recorder.record(request.kind(), verdict.outcome(), end - from, end - start, verdict.why());
        }
        if (!answered) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits for the moment; false if the run was stopped before it came. */
    private boolean await(long due) {
        if (due == Schedule.NOW) {
            return true;
        }
        if (due - System.nanoTime() > LOOK_NANOS && sleptUntil(due - LOOK_NANOS)) {
            connect();
        }
        boolean waits = due - System.nanoTime() > 0;
        if (!sleptUntil(due)) {
            return false;
        }
        if (waits) {
            sendLag.recordValue(System.nanoTime() - due);
        }
        return run.mayBeSent();
    }

    /** Waits for the moment, the end of it awake; false if the run was stopped before it came. */
    private boolean sleptUntil(long moment) {
        for (long wait = moment - System.nanoTime(); wait > 0; wait = moment - System.nanoTime()) {
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

    /** Connects if it must, so that the next request is not slower for it; whatever fails will fail again there. */
    private void connect() {
        deadline.start();
        try {
            connection.open();
        } catch (IOException e) {
            // the request will tell
        }
        endWait();
    }

    /** Ends a wait. Returns whether the reaper has closed the connection meanwhile; then there is a new one. */
    private boolean endWait() {
        if (deadline.stop()) {
            return false;
        }
        deadline.close();
        useNewConnection();
        return true;
    }

    private void useNewConnection() {
        connection = new HttpConnection(run.target(), ENDLESS, TRUSTED_REST, run::unsolicited);
        deadline = run.watch(connection::abort);
    }

    private void close() {
        deadline.close();
        try {
            connection.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
