package toystore.loadtest.load;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import toystore.client.http.Origin;
import toystore.common.ConnectionReaper;
import toystore.common.Threads;
import toystore.loadtest.load.LoadModel.Schedule;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.scenario.Shop.RemainingStock;

/**
 * One run of a step.
 *
 * <p>All clients connect, start together, and record their requests, each on a thread of its own. The thread that calls
 * {@link #run} collects the recorded requests once per second. A {@link ConnectionReaper} closes connections after the
 * timeout.
 */
public final class Run {
    private static final Duration CHECK_PERIOD = Duration.ofMillis(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int MAX_RECORDERS = 64;
    private static final Duration UNLIMITED = Duration.ofDays(365);

    /** How long requests in progress may take after the run was stopped. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Step step;
    private final RemainingStock stock; // null if the scenario buys nothing
    private final boolean openLoop;
    private final long origin;
    private final SplittableRandom random;
    private final List<ClientRecorder> recorders;
    private final List<SimulatedClient> clients;
    private final List<Thread> threads;
    private final ConnectionReaper reaper =
            new ConnectionReaper("loadtest-reaper", CHECK_PERIOD, this::evictAfterGrace);
    private final CountDownLatch connected;
    private final CountDownLatch ended;
    private final CountDownLatch started = new CountDownLatch(1);
    private final AtomicLong remainingRequests;
    private final AtomicLong droppedLate = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final AtomicLong unsolicited = new AtomicLong(); // in the current interval
    private Schedule schedule; // set, like start, before clients pass the latch
    private long start;
    private volatile String cut; // the first reason to end early; set by any thread
    private volatile boolean stopped; // clients end after their current request; set by any thread
    private volatile boolean overdue; // an open loop sends no more requests that are due
    private long stoppedAt; // of the reaper thread

    /**
     * The result of a run.
     *
     * @param totals all its requests
     */
    public record RunMeasurement(RunResult result, Totals totals) {}

    /**
     * A run that has not started yet.
     *
     * @param stock the units that it may buy; null if the scenario buys nothing
     * @param origin the start of the first step, on the clock of {@link System#nanoTime}
     */
    public Run(Step step, RemainingStock stock, SplittableRandom random, long origin) {
        this.step = step;
        this.stock = step.scenario().buys() ? stock : null;
        this.openLoop = step.model() instanceof LoadModel.Open;
        this.origin = origin;
        this.random = random.split();
        this.recorders = Stream.generate(() -> new ClientRecorder(openLoop))
                .limit(Math.min(step.clients(), MAX_RECORDERS))
                .toList();
        this.clients = IntStream.range(0, step.clients())
                .mapToObj(i -> new SimulatedClient(
                        this, step.scenario().newUser(random.split()), recorders.get(i % recorders.size())))
                .toList();
        ThreadFactory named = Threads.numbered("loadtest-client");
        this.threads = clients.stream()
                .map(client -> named.newThread(() -> run(client)))
                .toList();
        this.connected = new CountDownLatch(step.clients());
        this.ended = new CountDownLatch(step.clients());
        this.remainingRequests = new AtomicLong(step.stop().requests());
    }

    /**
     * Runs the step.
     *
     * @param log receives the raw histograms
     * @param live receives every interval but the last one
     */
    public RunMeasurement run(IntervalLog log, Consumer<IntervalStats> live) throws InterruptedException {
        reaper.start();
        try (reaper) {
            threads.forEach(Thread::start);
            connected.await();
            begin();
            return measure(log, live);
        }
    }

    private RunMeasurement measure(IntervalLog log, Consumer<IntervalStats> live) throws InterruptedException {
        Intervals intervals = new Intervals(log, System.currentTimeMillis());
        long intervalStart = start;
        while (!ended.await(CHECK_PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            endOverdueSchedule(now);
            if (now - intervalStart >= INTERVAL.toNanos()) {
                takeInto(intervals);
                live.accept(intervals.end((now - origin) / 1e9, (now - intervalStart) / 1e9));
                intervalStart = now;
            }
        }
        takeInto(intervals);
        long end = Math.max(lastResponse(), intervalStart);
        intervals.endLast((end - origin) / 1e9, (end - intervalStart) / 1e9);
        return new RunMeasurement(result(intervals), intervals.totals());
    }

    /** Ends the run early: requests in progress have another second. Thread-safe. */
    public void stop(String reason) {
        cut = cut == null ? reason : cut;
        stopped = true;
        threads.forEach(LockSupport::unpark);
    }

    // --- called by clients ---

    /** Closes the connection if a response takes longer than the timeout. */
    ConnectionReaper.Deadline watch(Closeable connection) {
        return reaper.watch(connection, step.timeout());
    }

    Origin target() {
        return step.scenario().target();
    }

    /** Waits until all clients are connected; returns the start of the run. */
    long awaitStart() {
        connected.countDown();
        try {
            started.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return start;
    }

    /** Returns whether a client that has completed the given number of rounds sends another request. */
    boolean continues(long rounds) {
        boolean roundsMade = rounds >= step.stop().rounds();
        if (stopped || (!step.stop().isTimed() && remainingRequests.getAndDecrement() <= 0)) {
            return false;
        }
        if (!openLoop
                && roundsMade
                && System.nanoTime() - start >= step.stop().time().toNanos()) {
            return false;
        }
        if (roundsMade && stock != null && stock.total() <= step.keep()) {
            cut = step.keep() == 0 ? "all was sold out" : "its share of the stock was sold";
            return false;
        }
        return true;
    }

    long nextDue() {
        return schedule.next();
    }

    /** Returns whether a request that is due may still be sent; if not, it counts as unsent. */
    boolean maySendLate() {
        if (overdue) {
            droppedLate.incrementAndGet();
        }
        return !overdue;
    }

    void onSoldOut() {
        cut = "all was sold out";
    }

    /** Counts a request without a response at the end of the grace period. */
    void countUnanswered() {
        unanswered.incrementAndGet();
    }

    /** Counts a connection that has received data while no request was in progress. */
    void countUnsolicited() {
        unsolicited.incrementAndGet();
    }

    /** Returns whether a response took longer than the timeout, even if the connection was not closed in time. */
    boolean isTimeout(long nanos) {
        return nanos > step.timeout().toNanos();
    }

    boolean isStopped() {
        return stopped;
    }

    String timeoutReason() {
        return "no response within " + step.timeout().toMillis() + " ms";
    }

    private void run(SimulatedClient client) {
        try {
            client.run();
        } finally {
            connected.countDown(); // if it has failed before that
            ended.countDown();
        }
    }

    // --- the thread of the run ---

    private void begin() {
        start = System.nanoTime();
        long length = (step.stop().isTimed() ? step.stop().time() : UNLIMITED).toNanos();
        schedule = step.model().schedule(start, start + length, random);
        started.countDown();
    }

    private void endOverdueSchedule(long now) {
        if (openLoop && !overdue) {
            overdue = step.stop().isTimed()
                    && now - start > step.stop().time().plus(drainTime()).toNanos();
        }
    }

    /** A step of the reaper. After a stop, it closes the connections that still wait when the grace period is over. */
    private Duration evictAfterGrace() {
        if (stopped) {
            long now = System.nanoTime();
            stoppedAt = stoppedAt == 0 ? now : stoppedAt;
            if (now - stoppedAt > GRACE.toNanos()) {
                clients.forEach(SimulatedClient::evict);
            }
        }
        return CHECK_PERIOD;
    }

    /** How long an open loop may continue after its time to send requests that were due. */
    private Duration drainTime() {
        Duration half = step.stop().time().dividedBy(2);
        return half.compareTo(GRACE) > 0 ? half : GRACE;
    }

    private void takeInto(Intervals intervals) {
        recorders.forEach(recorder -> recorder.takeInto(intervals));
        intervals.addUnsolicited(unsolicited.getAndSet(0));
    }

    private long lastResponse() {
        return clients.stream().mapToLong(SimulatedClient::lastResponse).max().orElse(start);
    }

    private RunResult result(Intervals intervals) {
        Histogram sendLag = new Histogram(Totals.DIGITS);
        clients.forEach(client -> sendLag.add(client.sendLag()));
        return new RunResult(
                (start - origin) / 1e9,
                seconds(lastResponse()),
                unanswered.get() == 0 ? cut : cut + ", when " + unanswered + " clients waited for a response",
                stopped || cut != null ? 0 : droppedLate.get() + notTaken(),
                openLoop ? Totals.percentile(sendLag, 99) : null,
                intervals.timeline().stream()
                        .mapToLong(IntervalStats::unsolicited)
                        .sum(),
                intervals.totals().results(false),
                intervals.timeline());
    }

    /**
     * The length of the run, which ends with the last response.
     *
     * <p>A complete timed run takes at least its time, so that no rate is higher than the offered one. In a closed loop
     * it takes exactly its time, so that one late response does not lower the rate of all others.
     */
    private double seconds(long lastResponse) {
        boolean complete = step.stop().isTimed() && cut == null;
        long time = step.stop().time().toNanos();
        if (complete && !openLoop && step.stop().rounds() == 0) {
            return time / 1e9;
        }
        return Math.max(complete ? time : 0, lastResponse - start) / 1e9;
    }

    /** The requests that were due, and that no client has taken from the schedule. */
    private long notTaken() {
        long count = 0;
        while (openLoop && overdue && schedule.next() != Schedule.OVER) {
            count++;
        }
        return count;
    }
}
