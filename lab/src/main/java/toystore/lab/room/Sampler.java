package toystore.lab.room;

import java.io.Closeable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toystore.client.http.Origin;
import toystore.common.BackgroundLoop;
import toystore.lab.room.ObservedStore.SeenProcess;
import toystore.lab.room.ObservedStore.SystemStatus;
import toystore.lab.room.RoomState.DatabaseView;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.room.RoomState.ProcessState;
import toystore.lab.room.RoomState.RecoveryView;
import toystore.lab.room.RoomState.ServiceView;
import toystore.lab.room.StatsPoller.Answer;
import toystore.lab.room.StatsSources.FrontendStats;
import toystore.lab.room.StoreSample.Column;
import toystore.lab.store.LabStore.Service;
import toystore.lab.store.PeerClient.Peer;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.OrdersStats;

/**
 * Looks at a store every {@value #PERIOD_MILLIS} ms, and adds what it sees to a timeline: a sample, and events for new
 * epochs, circuits, torn tails and problems of a database. What only files have is not known of a database. It waits for
 * no service: each is asked by a thread of its own. Thread-safe.
 */
final class Sampler implements Closeable {
    static final int PERIOD_MILLIS = 250;
    /** Samples of 15 minutes. */
    static final int CAPACITY = 15 * 60 * 1000 / PERIOD_MILLIS;

    private static final long PERIOD_NANOS = Duration.ofMillis(PERIOD_MILLIS).toNanos();
    private static final List<Service> ALL = List.of(Service.values());

    private final ObservedStore store;
    private final RoomTimeline timeline;
    private final Meter meter;
    private final StatsPoller<Peer, CatalogStats> catalog;
    private final StatsPoller<Peer, OrdersStats> orders;
    private final StatsPoller<Origin, FrontendStats> frontend;
    private final Map<Service, StatsPoller<?, ?>> pollers = new EnumMap<>(Service.class);
    private final BackgroundLoop loop;
    private final Map<Service, ProcessState> states = new EnumMap<>(Service.class); // used by the loop's thread
    private final Map<Service, Long> since = new EnumMap<>(Service.class); // of each state; used by the loop's thread
    private final Map<String, Integer> circuits = new HashMap<>(); // events of open ones; used by the loop's thread
    private long recovered; // the start of the process whose recovery was seen; used by the loop's thread
    private Integer outage; // event of the database's problem; null if it has none; used by the loop's thread
    private String epoch; // the last one that was seen; used by the loop's thread
    private long due = System.nanoTime(); // the next sample; used by the loop's thread

    private volatile List<ServiceView> services = List.of(); // written by the loop's thread, read by all
    private volatile RecoveryView recovery; // likewise; null before it is known
    private volatile DatabaseView database; // likewise; null for files

    /** Fills in what the stats of the services do not say: rates and latencies. */
    interface Meter {
        void measure(
                StoreSample sample, Optional<Answer<OrdersStats>> orders, Optional<Answer<FrontendStats>> frontend);
    }

    /** A sampler that is not started yet. */
    Sampler(ObservedStore store, RoomTimeline timeline, Meter meter) {
        this.store = store;
        this.timeline = timeline;
        this.meter = meter;
        Duration period = Duration.ofMillis(PERIOD_MILLIS);
        this.catalog = new StatsPoller<>("catalog", () -> store.peer(Service.CATALOG), StatsSources::catalog, period);
        this.orders = new StatsPoller<>("orders", () -> store.peer(Service.ORDERS), StatsSources::orders, period);
        this.frontend = new StatsPoller<>("frontend", store::frontend, StatsSources::frontend, period);
        pollers.put(Service.CATALOG, catalog);
        pollers.put(Service.ORDERS, orders);
        pollers.put(Service.FRONTEND, frontend);
        ALL.forEach(service -> states.put(service, ProcessState.DEAD));
        this.loop = new BackgroundLoop("lab-sampler", Duration.ZERO, this::sample);
    }

    void start() {
        pollers.values().forEach(StatsPoller::start);
        loop.start();
    }

    List<ServiceView> services() {
        return services;
    }

    /** What the newest process of orders found in its log; null if it is not known. */
    RecoveryView recovery() {
        return recovery;
    }

    /** The database of the store; null for files. */
    DatabaseView database() {
        return database;
    }

    private Duration sample() {
        StoreSample sample = new StoreSample();
        sample.set(Column.T, timeline.now());
        Map<Service, SeenProcess> processes = new EnumMap<>(Service.class);
        ALL.forEach(service -> processes.put(service, store.process(service)));
        services = ALL.stream()
                .map(service -> view(service, processes.get(service), sample))
                .toList();
        Optional<Answer<OrdersStats>> ordersStats = orders.recent(processes.get(Service.ORDERS));
        Optional<Answer<FrontendStats>> frontendStats = frontend.recent(processes.get(Service.FRONTEND));
        Optional<String> inDatabase = store.database();
        Optional<CatalogStats> catalogStats =
                catalog.recent(processes.get(Service.CATALOG)).map(Answer::stats);
        catalogStats.ifPresent(stats -> sample.set(Column.UNITS, stats.units()));
        if (inDatabase.isPresent()) {
            seeDatabase(inDatabase.get(), ordersStats.map(Answer::stats), catalogStats);
        } else {
            catalogStats.ifPresent(stats -> sample.set(Column.RESERVATIONS, stats.reservations()));
            ordersStats.map(Answer::stats).ifPresent(stats -> seeFiles(sample, stats, processes.get(Service.ORDERS)));
        }
        frontendStats.map(Answer::stats).ifPresent(stats -> {
            sample.set(Column.BUSY, stats.busy());
            sample.set(Column.IDLE, stats.idle());
            sample.set(Column.QUEUED, stats.queued());
            sample.set(Column.CACHE, stats.cacheLive() ? 1 : 0);
            sample.set(Column.CIRCUITS, stats.openCircuits().size());
            seeCircuits(stats.openCircuits());
        });
        if (epoch != null && inDatabase.isEmpty()) {
            sample.set(Column.EPOCH, timeline.epoch(epoch));
        }
        meter.measure(sample, ordersStats, frontendStats);
        timeline.add(sample.row());
        return untilNext();
    }

    private ServiceView view(Service service, SeenProcess process, StoreSample sample) {
        Optional<SystemStatus> system =
                process.alive() && process.pid() != null ? SystemStatus.of(process.pid()) : Optional.empty();
        Optional<Long> reply = pollers.get(service).lastReply(process);
        ProcessState state = state(process, system, reply);
        ProcessState before = states.put(service, state);
        if (state != before) {
            long t = timeline.millis(since(before, state, process, reply));
            since.put(service, t);
            store.changed(service, before, state, process, t);
        }
        sample.set(service, state);
        system.ifPresent(status -> sample.set(Column.memory(service), status.mib()));
        return new ServiceView(
                service,
                state,
                process.pid(),
                since.get(service),
                process.exitCode(),
                system.map(SystemStatus::mib).orElse(null));
    }

    /** When a state began, as exactly as it is known. */
    private static long since(ProcessState before, ProcessState state, SeenProcess process, Optional<Long> reply) {
        if (before == ProcessState.DEAD && state != ProcessState.DEAD) {
            return process.started();
        }
        boolean ready = before == ProcessState.STARTING && state == ProcessState.UP;
        return ready && reply.isPresent() ? reply.get() : System.nanoTime();
    }

    private static ProcessState state(SeenProcess process, Optional<SystemStatus> system, Optional<Long> reply) {
        if (!process.alive()) {
            return ProcessState.DEAD;
        }
        if (system.isPresent() && system.get().isFrozen()) {
            return ProcessState.FROZEN;
        }
        if (reply.isEmpty()) {
            return ProcessState.STARTING;
        }
        return StatsPoller.isRecent(reply.get()) ? ProcessState.UP : ProcessState.SILENT;
    }

    private void seeFiles(StoreSample sample, OrdersStats stats, SeenProcess process) {
        database = null;
        sample.set(Column.LOG_BYTES, stats.logBytes());
        if (stats.asOf() != null) {
            sample.set(Column.LAG, Math.max(0, stats.orders() - stats.asOf()));
        }
        seeRecovery(stats, process);
        seeEpoch(stats.epoch());
    }

    private void seeDatabase(String name, Optional<OrdersStats> ordersStats, Optional<CatalogStats> catalogStats) {
        String problem = ordersStats
                .map(OrdersStats::problem)
                .or(() -> catalogStats.map(CatalogStats::problem))
                .orElse(null);
        database = new DatabaseView(name, ordersStats.map(OrdersStats::orders).orElse(null), problem);
        if (problem != null && outage == null) {
            outage = timeline.begin(
                    EventKind.DATABASE, List.of(Service.CATALOG, Service.ORDERS), problem, timeline.now());
        } else if (problem == null && outage != null && ordersStats.isPresent() && catalogStats.isPresent()) {
            timeline.end(outage, timeline.now());
            outage = null;
        }
    }

    private void seeRecovery(OrdersStats stats, SeenProcess process) {
        if (stats.recovery() == null || recovered == process.started()) {
            return;
        }
        recovered = process.started();
        recovery = new RecoveryView(
                stats.recovery().orders(),
                stats.recovery().tornBytes(),
                stats.recovery().millis());
        if (recovery.tornBytes() > 0) {
            timeline.add(
                    EventKind.TORN_TAIL,
                    List.of(Service.ORDERS),
                    "recovery moved " + recovery.tornBytes() + " bytes of an incomplete line out of the log",
                    timeline.now());
        }
    }

    private void seeEpoch(String open) {
        if (open != null && !open.equals(epoch)) {
            epoch = open;
            timeline.epoch(open);
            timeline.add(EventKind.EPOCH, List.of(Service.CATALOG, Service.ORDERS), "epoch " + open, timeline.now());
        }
    }

    private void seeCircuits(Set<String> open) {
        long now = timeline.now();
        for (String backend : open) {
            circuits.computeIfAbsent(
                    backend,
                    name -> timeline.begin(
                            EventKind.CIRCUIT, List.of(Service.FRONTEND), "circuit to " + name + " open", now));
        }
        circuits.entrySet().removeIf(circuit -> {
            boolean closed = !open.contains(circuit.getKey());
            if (closed) {
                timeline.end(circuit.getValue(), now);
            }
            return closed;
        });
    }

    /** The pause until the next sample; samples that are late are left out. */
    private Duration untilNext() {
        long now = System.nanoTime();
        due += PERIOD_NANOS;
        if (due - now < 0) {
            due = now;
        }
        return Duration.ofNanos(due - now);
    }

    /** Ends the sampling, without waiting for that. */
    @Override
    public void close() {
        loop.stop();
        pollers.values().forEach(StatsPoller::close);
    }
}
