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
import toystore.common.Address;
import toystore.common.ConnectionReaper;
import toystore.common.Threads;
import toystore.loadtest.result.IntervalStats;
import toystore.loadtest.scenario.RemainingStock;

/**
 * One run of a step: its clients, each on a thread of its own, connect, begin together, and record what they see. The
 * thread that runs it takes what they have recorded once a second; a {@link ConnectionReaper} closes the connections of those
 * that have waited too long.
 */
public final class Run {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** They take memory: up to a megabyte each, with latencies of seconds. */
    private static final int MOST_RECORDERS = 64;

    private static final Duration FOR_EVER = Duration.ofDays(365);

    /** How long requests under way may take after a run was stopped. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Step step;
    private final RemainingStock stock; // null where nothing is bought
    private final boolean openLoop;
    private final long origin;
    private final SplittableRandom random;
    private final ConnectionReaper reaper = new ConnectionReaper("loadtest-reaper", LOOK, this::evictAfterGrace);
    private final List<ClientRecorder> recorders;
    private final List<SimulatedClient> clients;
    private final List<Thread> threads;
    private final CountDownLatch connected;
    private final CountDownLatch ended;
    private final CountDownLatch starting = new CountDownLatch(1);
    private final AtomicLong unasked;
    private final AtomicLong takenUnsent = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final AtomicLong unsolicited = new AtomicLong(); // since the current interval began
    private Schedule schedule; // both are written before the clients start, and read by them after that
    private long start;
    private volatile String cut; // the first reason to end early; from any thread
    private volatile boolean stopped; // all end after the answer that they wait for; from any thread
    private volatile boolean overdue; // what an open loop has not sent by now is not sent any more
    private long stoppedAt; // only for the reaper's thread

    /**
     * A run that has not begun.
     *
     * @param stock that it may use up; null where nothing is bought
     * @param origin when the first step of all began, on the clock of {@link System#nanoTime}
     */
    public Run(Step step, RemainingStock stock, SplittableRandom random, long origin) {
        this.step = step;
        this.stock = step.scenario().buys() ? stock : null;
        this.openLoop = step.pace() instanceof LoadModel.Open;
        this.origin = origin;
        this.random = random.split();
        this.recorders = Stream.generate(() -> new ClientRecorder(openLoop))
                .limit(Math.min(step.clients(), MOST_RECORDERS))
                .toList();
        this.clients = IntStream.range(0, step.clients())
                .mapToObj(i -> new SimulatedClient(
                        this, step.scenario().visitor(random.split()), recorders.get(i % recorders.size())))
                .toList();
        ThreadFactory named = Threads.numbered("loadtest-client");
        this.threads = clients.stream()
                .map(client -> named.newThread(() -> run(client)))
                .toList();
        this.connected = new CountDownLatch(step.clients());
        this.ended = new CountDownLatch(step.clients());
        this.unasked = new AtomicLong(step.extent().requests());
    }

    /**
     * Runs it.
     *
     * @param log takes the raw histograms
     * @param live is told of every second but the last one
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
        while (!ended.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            endOverdueSchedule(now);
            if (now - intervalStart >= INTERVAL.toNanos()) {
                take(intervals);
                live.accept(intervals.end((now - origin) / 1e9, (now - intervalStart) / 1e9));
                intervalStart = now;
            }
        }
        take(intervals);
        long end = Math.max(lastAnswer(), intervalStart);
        intervals.endLast((end - origin) / 1e9, (end - intervalStart) / 1e9);
        return measured(intervals);
    }

    private void take(Intervals intervals) {
        recorders.forEach(recorder -> recorder.takeInto(intervals));
        intervals.addUnsolicited(unsolicited.getAndSet(0));
    }

    private void run(SimulatedClient client) {
        try {
            client.run();
        } finally {
            connected.countDown(); // if it has not come so far
            ended.countDown();
        }
    }

    /** Ends it: what is under way may still be answered within a second. From any thread. */
    public void stop(String why) {
        cut = cut == null ? why : cut;
        stopped = true;
        threads.forEach(LockSupport::unpark);
    }

    // --- what clients ask ---

    /** Closes the connection if the peer takes longer than the step allows. */
    ConnectionReaper.Deadline watch(Closeable connection) {
        return reaper.watch(connection, step.timeout());
    }

    Address target() {
        return step.scenario().target();
    }

    /** Waits until all are connected; returns the moment when all begin. */
    long awaitStart() {
        connected.countDown();
        try {
            starting.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return start;
    }

    /** Whether a client that has made so many rounds is to send another request. */
    boolean goesOn(long rounds) {
        boolean roundsMade = rounds >= step.extent().rounds();
        if (stopped || (!step.extent().isTimed() && unasked.getAndDecrement() <= 0)) {
            return false;
        }
        if (!openLoop
                && roundsMade
                && System.nanoTime() - start >= step.extent().time().toNanos()) {
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

    /** Whether it is not too late; a request for which it is counts as unsent. */
    boolean mayBeSent() {
        if (overdue) {
            takenUnsent.incrementAndGet();
        }
        return !overdue;
    }

    void nothingLeft() {
        cut = "all was sold out";
    }

    /** A client has got no answer before the run was ended. */
    void unanswered() {
        unanswered.incrementAndGet();
    }

    /** A client has closed a connection on which something came that no request had asked for. */
    void unsolicited() {
        unsolicited.incrementAndGet();
    }

    /** Whether a client would not have waited so many nanoseconds, though nobody has looked in time to stop it. */
    boolean isTooLate(long waited) {
        return waited > step.timeout().toNanos();
    }

    boolean isStopped() {
        return stopped;
    }

    String noAnswer() {
        return "no answer in " + step.timeout().toMillis() + " ms";
    }

    // --- the thread that runs it ---

    private void begin() {
        start = System.nanoTime();
        long length = (step.extent().isTimed() ? step.extent().time() : FOR_EVER).toNanos();
        schedule = step.pace().schedule(start, start + length, random);
        starting.countDown();
    }

    private Duration evictAfterGrace() {
        if (stopped) {
            long now = System.nanoTime();
            stoppedAt = stoppedAt == 0 ? now : stoppedAt;
            if (now - stoppedAt > GRACE.toNanos()) {
                clients.forEach(SimulatedClient::evict);
            }
        }
        return LOOK;
    }

    private void endOverdueSchedule(long now) {
        if (openLoop && !overdue) {
            overdue = step.extent().isTimed()
                    && now - start > step.extent().time().plus(drain()).toNanos();
        }
    }

    /** How long an open loop may go on with requests that were due in time. */
    private Duration drain() {
        Duration half = step.extent().time().dividedBy(2);
        return half.compareTo(GRACE) > 0 ? half : GRACE;
    }

    private long lastAnswer() {
        return clients.stream().mapToLong(SimulatedClient::lastAnswer).max().orElse(start);
    }

    private RunMeasurement measured(Intervals intervals) {
        Histogram sendLag = new Histogram(Distributions.DIGITS);
        clients.forEach(client -> sendLag.add(client.sendLag()));
        long unsent = stopped || cut != null ? 0 : takenUnsent.get() + notTaken();
        return new RunMeasurement(
                (start - origin) / 1e9,
                seconds(lastAnswer()),
                unanswered.get() == 0 ? cut : cut + ", when " + unanswered + " clients waited for an answer",
                unsent,
                openLoop ? Distributions.percentile(sendLag, 99) : null,
                intervals.timeline().stream()
                        .mapToLong(IntervalStats::unsolicited)
                        .sum(),
                intervals.totals(),
                intervals.timeline());
    }

    /**
     * To the last answer; but a run that took its time took at least that, or a rate could be higher than offered, and in a
     * closed loop just that, or one late answer would make a low rate of all the others.
     */
    private double seconds(long last) {
        boolean whole = step.extent().isTimed() && cut == null;
        long time = step.extent().time().toNanos();
        if (whole && !openLoop && step.extent().rounds() == 0) {
            return time / 1e9;
        }
        return Math.max(whole ? time : 0, last - start) / 1e9;
    }

    private long notTaken() {
        long count = 0;
        while (openLoop && overdue && schedule.next() != Schedule.OVER) {
            count++;
        }
        return count;
    }
}
