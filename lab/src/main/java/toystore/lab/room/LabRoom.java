package toystore.lab.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import toystore.client.http.Origin;
import toystore.common.Threads;
import toystore.lab.room.Modes.ModeName;
import toystore.lab.room.RoomState.CheckView;
import toystore.lab.room.RoomState.CheckView.Progress;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.room.RoomState.ProcessState;
import toystore.lab.room.RoomState.ScoreView;
import toystore.lab.room.ServiceControl.ConflictException;
import toystore.lab.room.StatsPoller.Answer;
import toystore.lab.room.StatsSources.FrontendStats;
import toystore.lab.room.StoreSample.Column;
import toystore.lab.shoppers.KeyedClient;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.shoppers.KeyedClient.Outcome;
import toystore.lab.shoppers.KeyedShopper;
import toystore.lab.shoppers.LabRestocker;
import toystore.lab.shoppers.LabRun;
import toystore.lab.shoppers.QueryingShopper;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;
import toystore.lab.store.PeerClient.Peer;
import toystore.wire.message.OrdersStats;

/**
 * The control room of the lab's own store, with shoppers. Thread-safe.
 *
 * <p>Shoppers place at most 200 orders a second together, however many they are, and as many queries: a browser and the
 * services have processor time left. The probe places 25 more. The load ends after a million orders, or fewer if the
 * heap is small, because every acknowledged order is kept in memory.
 */
final class LabRoom implements RoomBackend, ObservedStore, Closeable {
    /** An order takes 0.4 KB, and as much again while a check compares it. */
    private static final long MAX_ORDERS =
            Math.min(1_000_000, Runtime.getRuntime().maxMemory() / 2048);

    private static final Duration PAUSE_PER_SHOPPER = Duration.ofMillis(10); // the longest; half of it on average
    private static final Duration QUERY_PAUSE = Duration.ofMillis(10);
    private static final String PROBE = "probe";
    private static final String PROBED = "Marbles"; // never sold out
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2); // of a busy machine
    private static final Duration NO_FAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final long MAX_LOG = 64L << 20;
    private static final long LOG_CHECK_MILLIS = 10_000;

    private final LabStore store;
    private final LabRun run;
    private final RoomTimeline timeline = new RoomTimeline(Sampler.CAPACITY);
    private final OutageMonitor outages;
    private final ServiceControl control;
    private final RandomFaults random;
    private final Sampler sampler;
    private final Probe probe;
    private final Modes modes;
    private final long seed;
    private final List<Thread> shoppers = new ArrayList<>();
    private final Set<String> shopperNames = new TreeSet<>();
    private final Rate orderRate = new Rate();
    private final Rate queryRate = new Rate();
    private final Rate failureRate = new Rate();
    private boolean loadEnded; // used by the sampler's thread
    private long logsChecked; // used by the sampler's thread

    @GuardedBy("this")
    private CheckView check; // null before the first one

    @GuardedBy("this")
    private ModeRun mode; // null before the first one

    /** A room whose store is started by {@link #open}. */
    LabRoom(LabStore store, int shopperCount, long seed, Modes modes) {
        this.store = store;
        this.seed = seed;
        this.modes = modes;
        this.run = new LabRun(store.frontend());
        this.outages = new OutageMonitor(run.availability(), timeline);
        this.control = new ServiceControl(store, timeline, outages);
        this.random = new RandomFaults(control, run.availability(), timeline, seed);
        this.sampler = new Sampler(this, timeline, this::measure);
        this.probe = new Probe(new OrderProbe());
        SplittableRandom choices = new SplittableRandom(seed);
        for (int i = 1; i <= shopperCount; i++) {
            String name = "shopper-" + i;
            addShopper(
                    name,
                    new KeyedShopper(name, run, 0, choices.split(), PAUSE_PER_SHOPPER.multipliedBy(shopperCount)));
        }
        addShopper("querying-shopper", new QueryingShopper("querying-shopper", run, choices.split(), QUERY_PAUSE));
        addShopper("restocker", new LabRestocker(run, run.frontend(), choices.split()));
        shopperNames.add(PROBE);
    }

    private void addShopper(String name, Runnable shopper) {
        shopperNames.add(name);
        shoppers.add(Threads.named(name, shopper));
    }

    /** Starts the store, waits until it is ready, and lets the shoppers in. */
    void open() throws IOException, InterruptedException, ConflictException {
        sampler.start();
        control.start(List.of(Service.values()));
        try (KeyedClient client = new KeyedClient(run.frontend())) {
            boolean[] dead = new boolean[1];
            boolean ready = run.await(READY_TIMEOUT, () -> {
                dead[0] = !store.dead().isEmpty();
                return dead[0] || client.isReady();
            });
            if (!ready || dead[0]) {
                throw new IOException("the store is not ready: " + whyNotReady());
            }
        }
        run.availability().listen(outages);
        outages.resume();
        shoppers.forEach(Thread::start);
        probe.start();
    }

    private String whyNotReady() throws IOException {
        for (Service service : store.dead()) {
            try {
                store.process(service).checkAlive();
            } catch (IOException e) {
                return e.getMessage();
            }
        }
        return "no reply in " + READY_TIMEOUT.toSeconds() + " s; its logs are in " + store.folder();
    }

    /** Ends shoppers and sampling without waiting for them. The store is closed by its owner. */
    @Override
    public void close() {
        run.end();
        probe.close();
        sampler.close();
    }

    // --- what the sampler sees -----------------------------------------------------------------------------------

    @Override
    public SeenProcess process(Service service) {
        return control.process(service);
    }

    @Override
    public Optional<Origin> frontend() {
        return Optional.of(store.frontend());
    }

    @Override
    public Optional<Peer> peer(Service service) {
        return Optional.of(store.peer(service));
    }

    @Override
    public void changed(Service service, ProcessState before, ProcessState now, SeenProcess process, long t) {
        if (before == ProcessState.STARTING && now == ProcessState.UP) {
            timeline.add(EventKind.READY, List.of(service), service + " is ready", t);
        }
    }

    private void measure(
            StoreSample sample, Optional<Answer<OrdersStats>> orders, Optional<Answer<FrontendStats>> frontend) {
        outages.look();
        long now = System.nanoTime();
        sample.setRounded(Column.ORDERS, orderRate.of(run.counts().orders().sum(), now));
        sample.setRounded(Column.QUERIES, queryRate.of(run.counts().queries().sum(), now));
        sample.setRounded(
                Column.FAILURES, failureRate.of(run.counts().failures().sum(), now));
        Probe.Percentiles percentiles = probe.percentiles();
        sample.setTenths(Column.P50, percentiles.p50());
        sample.setTenths(Column.P99, percentiles.p99());
        if (!loadEnded && run.acknowledged().count() >= MAX_ORDERS) {
            loadEnded = true;
            run.close();
            outages.endLoad();
            timeline.add(EventKind.CHECK, List.of(), "the load ends: " + MAX_ORDERS + " orders", timeline.now());
        }
        if (timeline.now() - logsChecked > LOG_CHECK_MILLIS) {
            logsChecked = timeline.now();
            store.trimLogs(MAX_LOG);
        }
    }

    /** Places an order again and again until it is acknowledged. */
    private final class OrderProbe implements Probe.Request {
        private final KeyedClient client = new KeyedClient(run.frontend());
        private int orders;

        @Override
        public Optional<String> send(Runnable start) throws InterruptedException {
            if (run.awaitClosing(Duration.ZERO)) {
                return Optional.empty();
            }
            run.activity().lock();
            try {
                KeyedOrder order = new KeyedOrder(PROBE + "-" + ++orders, PROBED, 1);
                start.run();
                Outcome outcome = KeyedShopper.send(run, client, order);
                while (!(outcome instanceof Outcome.Acknowledged) && !run.isFinishTimeOver()) {
                    run.acknowledged().addResend();
                    run.awaitEnd(LabRun.RETRY_PAUSE);
                    outcome = KeyedShopper.send(run, client, order);
                }
                if (outcome instanceof Outcome.Acknowledged) {
                    return Optional.of(order.key());
                }
                run.acknowledged().addUnresolved(order);
                return Optional.empty();
            } finally {
                run.activity().unlock();
            }
        }
    }

    // --- what the page shows -------------------------------------------------------------------------------------

    @Override
    public RoomState state(long since, int most) {
        return RoomJson.fit(timeline, since, most, this::state);
    }

    @Override
    public RoomState recording() {
        return state(timeline.all());
    }

    private RoomState state(RoomTimeline.Part part) {
        CheckView lastCheck;
        ModeRun lastMode;
        synchronized (this) {
            lastCheck = check;
            lastMode = mode;
        }
        return new RoomState(
                "lab",
                "LAB",
                store.frontend().url(),
                store.folder().toString(),
                seed,
                RoomJson.time(timeline.started()),
                timeline.now(),
                Sampler.PERIOD_MILLIS,
                part.next(),
                part.more(),
                Column.NAMES,
                part.samples(),
                part.epochsFrom(),
                part.epochs(),
                sampler.services(),
                sampler.recovery(),
                null,
                part.events(),
                new ScoreView(
                        run.acknowledged().count(),
                        run.acknowledged().resent(),
                        run.violations().count(Kind.LOST),
                        run.violations().count(Kind.DOUBLED),
                        run.violations().count(Kind.OVERSOLD),
                        run.violations().count(Kind.OTHER)),
                random.view(),
                lastCheck,
                lastMode == null ? null : lastMode.view(),
                modes.all(),
                probe.traces(timeline),
                true);
    }

    @Override
    public Optional<TraceView> trace(String id) throws IOException {
        return Traces.read(store.log("catalog").getParent(), id);
    }

    // --- what its buttons do -------------------------------------------------------------------------------------

    @Override
    public boolean hasActions() {
        return true;
    }

    @Override
    public void act(RoomAction action) throws ConflictException, IOException, InterruptedException {
        switch (String.valueOf(action.action())) {
            case "kill" -> {
                if (action.isRestarted()) {
                    control.crash(action.targets());
                } else {
                    control.kill(action.targets());
                }
            }
            case "freeze" -> control.freeze(action.targets());
            case "thaw" -> control.thaw(action.targets());
            case "stop" -> control.stop(action.targets());
            case "start" -> control.start(action.targets());
            case "random" -> {
                if (action.isOn()) {
                    random.switchOn(action.seedOr(seed));
                } else {
                    random.switchOff();
                }
            }
            case "check" -> startCheck();
            case "mode" -> startMode(action);
            default ->
                throw new IllegalArgumentException("action is " + action.action()
                        + "; expected kill, freeze, thaw, stop, start, random, check or mode");
        }
    }

    private synchronized void startCheck() throws ConflictException {
        if (check != null && check.state() == Progress.RUNNING) {
            throw new ConflictException("a check is running already");
        }
        long t = timeline.now();
        check = CheckView.without(Progress.RUNNING, t, List.of());
        Threads.named("lab-check", () -> runCheck(t)).start();
    }

    private void runCheck(long t) {
        int event = timeline.begin(EventKind.CHECK, List.of(), "check", t);
        CheckView result = CheckView.without(Progress.FAILED, t, List.of("the check was interrupted"));
        try {
            boolean quiet = random.prevent(NO_FAULT_TIMEOUT);
            try {
                result = new LiveCheck(store, run, outages, shopperNames).run(t);
            } finally {
                if (quiet) {
                    random.allow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            result = CheckView.without(Progress.FAILED, t, List.of("the check failed: " + e));
        } finally {
            boolean done = result.state() == Progress.DONE;
            timeline.end(
                    event, timeline.now(), "check: " + (done ? run.violations().summary() : "not finished"));
            synchronized (this) {
                check = result;
            }
        }
    }

    private synchronized void startMode(RoomAction action) throws ConflictException {
        String name = String.valueOf(action.mode());
        List<String> names = modes.all().stream().map(ModeName::name).toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException("mode is " + name + "; expected one of " + names);
        }
        if (mode != null && mode.isRunning()) {
            throw new ConflictException("the mode " + mode.view().name() + " is running already");
        }
        ModeRun started = new ModeRun(name, Boolean.TRUE.equals(action.correct()), action.seedOr(seed));
        mode = started;
        Threads.named("lab-mode", () -> runMode(started, name)).start();
    }

    private void runMode(ModeRun started, String name) {
        int event = timeline.begin(EventKind.MODE, List.of(), name, timeline.now());
        started.run(modes);
        timeline.end(event, timeline.now(), started.verdict());
    }
}
