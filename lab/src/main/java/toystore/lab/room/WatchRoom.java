package toystore.lab.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import toystore.client.http.ClientTls;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.room.RoomState.ProcessState;
import toystore.lab.room.RoomState.RandomView;
import toystore.lab.room.StatsPoller.Answer;
import toystore.lab.room.StatsSources.FrontendStats;
import toystore.lab.room.StoreSample.Column;
import toystore.lab.shoppers.KeyedClient;
import toystore.lab.shoppers.LabRun;
import toystore.lab.store.LabStore.Service;
import toystore.lab.store.PeerClient.Peer;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.Role;
import toystore.wire.net.PeerTransport;

/**
 * The control room of a store that {@code ./toystore up} opens. It changes nothing: its probe only queries a product.
 * Thread-safe.
 *
 * <p>The launcher writes the process id and the ready line of each service to files in the folder {@code run} of the
 * data folder, or of the folder of a cell. They and the settings of the store are read again at each look, so services
 * may end, start and move to other ports. A room shows the first cell in which a service runs, until none runs there
 * and one runs in another.
 */
final class WatchRoom implements RoomBackend, ObservedStore, Closeable {
    private static final Optional<String> UNTRACED = Optional.of("");
    private static final List<Service> ALL = List.of(Service.values());
    private static final long LEAST_OUTAGE_MILLIS = 500;

    /** The launcher has started that process, and a public certificate is not good for an address of this machine. */
    private static final ClientTls ANY_CERTIFICATE = ClientTls.insecure();

    private static final Pattern CELL = Pattern.compile("cell-[1-9]");
    private static final int MOST_CELLS = 9;
    private static final String LOCAL = "local";

    private final Path data;
    private final List<Path> runs = new ArrayList<>(); // the folders in which services may run
    private final RoomTimeline timeline = new RoomTimeline(Sampler.CAPACITY);
    private final Sampler sampler;
    private final Probe probe;
    private final Map<Service, SeenProcess> seen = new ConcurrentHashMap<>(); // the newest process of each
    private final Map<Service, Integer> faults = new EnumMap<>(Service.class); // events; used by the sampler's thread

    @GuardedBy("this")
    private Optional<PeerTransport> transport = Optional.empty();

    @GuardedBy("this")
    private Optional<Path> certificates = Optional.empty(); // of the transport

    private volatile Path run; // the one that is shown
    private volatile Optional<String> database = Optional.empty(); // stays as it was while the store is closed
    private volatile boolean opened; // and the processes that ran then are known
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Rate orderRate = new Rate(); // these three are used by the sampler's thread
    private final Rate queryRate = new Rate();
    private final Rate failureRate = new Rate();

    /**
     * A room that is opened by {@link #open}.
     *
     * @param data the data folder of the store, or the folder of one of its cells
     */
    WatchRoom(Path data) {
        this.data = data;
        runs.add(data.resolve("run"));
        for (int cell = 1; cell <= MOST_CELLS; cell++) {
            runs.add(data.resolve("cell-" + cell).resolve("run"));
        }
        this.run = runs.get(0);
        this.sampler = new Sampler(this, timeline, this::measure);
        this.probe = new Probe(new QueryProbe());
    }

    void open() {
        ALL.forEach(this::process);
        opened = true;
        sampler.start();
        probe.start();
    }

    /** Returns whether a service of the store runs. */
    boolean isOpen() {
        return isOpen(run());
    }

    private static boolean isOpen(Path run) {
        return Files.isDirectory(run)
                && ALL.stream().anyMatch(service -> {
                    long pid = pid(run, service);
                    return pid >= 0 && runsJar(run, pid, service);
                });
    }

    /** The folder with the processes that are shown. */
    private Path run() {
        Path now = run;
        if (!isOpen(now)) {
            now = runs.stream().filter(WatchRoom::isOpen).findFirst().orElse(now);
            run = now;
        }
        return now;
    }

    @Override
    public void close() {
        closed.countDown();
        probe.close();
        sampler.close();
        closeTransport();
    }

    // --- what the sampler sees -----------------------------------------------------------------------------------

    @Override
    public SeenProcess process(Service service) {
        Path place = run();
        long pid = pid(place, service);
        if (pid < 0 || !runsJar(place, pid, service)) {
            return SeenProcess.NONE;
        }
        return seen.compute(service, (name, before) -> before != null && before.pid() == pid ? before : firstSeen(pid));
    }

    /**
     * A process that is seen for the first time. The system tells its start to a second only; so it is taken to start
     * now, unless it ran before the room was opened. Otherwise a reply of the process before it would be taken for its
     * own.
     */
    private SeenProcess firstSeen(long pid) {
        if (opened) {
            return new SeenProcess(pid, System.nanoTime(), true, null);
        }
        Instant now = Instant.now();
        Instant started = ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .filter(start -> start.isBefore(now))
                .orElse(now);
        return new SeenProcess(
                pid, System.nanoTime() - Duration.between(started, now).toNanos(), true, null);
    }

    private static long pid(Path run, Service service) {
        try {
            return Long.parseLong(
                    Files.readString(run.resolve(service + ".pid")).strip());
        } catch (IOException | NumberFormatException none) {
            return -1;
        }
    }

    /** Returns whether a process is the service: the id of one that has ended may be used again. */
    private static boolean runsJar(Path run, long pid, Service service) {
        String jar = run.getFileName() + "/" + service + ".jar";
        Path arguments = Path.of("/proc", Long.toString(pid), "cmdline");
        if (Files.exists(Path.of("/proc/self"))) {
            try {
                return Files.readString(arguments, UTF_8).contains(jar);
            } catch (IOException gone) {
                return false;
            }
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info().commandLine().orElse(jar).contains(jar))
                .orElse(false);
    }

    @Override
    public Optional<Origin> frontend() {
        return address(Service.FRONTEND)
                .map(place -> setting("TOYSTORE_TLS_CERT").isPresent()
                        ? Origin.https(place, ANY_CERTIFICATE)
                        : Origin.http(place));
    }

    @Override
    public Optional<Peer> peer(Service service) {
        return address(service).flatMap(place -> transport().map(transport -> new Peer(service, place, transport)));
    }

    /** How a frontend of the store connects to other services; empty if its certificates cannot be used now. */
    private synchronized Optional<PeerTransport> transport() {
        Optional<Path> folder = setting("TOYSTORE_PEER_TLS").map(Path::of);
        if (closed.getCount() > 0 && (transport.isEmpty() || !folder.equals(certificates))) {
            closeTransport();
            try {
                transport = Optional.of(PeerTransport.open(folder, Role.FRONTEND));
                certificates = folder;
            } catch (IOException notNow) {
                // the next look opens it
            }
        }
        return transport;
    }

    private synchronized void closeTransport() {
        transport.ifPresent(PeerTransport::close);
        transport = Optional.empty();
    }

    /** A setting with which the store was opened; empty if it has none. */
    private Optional<String> setting(String name) {
        try {
            return setting(name, Files.readString(run().resolve("settings")));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static Optional<String> setting(String name, String settings) {
        return Arrays.stream(settings.split("\0", -1))
                .filter(entry -> entry.startsWith(name + "="))
                .map(entry -> entry.substring(name.length() + 1))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    /** {@inheritDoc} A closed store has no settings; it is taken to be as it was before. */
    @Override
    public Optional<String> database() {
        try {
            database = setting("TOYSTORE_DB", Files.readString(run().resolve("settings")))
                    .map(this::withoutCredentials);
        } catch (IOException none) {
            // the next look reads it
        }
        return database;
    }

    private String withoutCredentials(String url) {
        if (url.equals(LOCAL)) {
            boolean isCell = CELL.matcher(data.getFileName().toString()).matches();
            return "local, in " + (isCell ? data.getParent() : data).resolve("db");
        }
        return url.replaceFirst("[?].*", "").replaceFirst("//[^/]*@", "//");
    }

    private Optional<Address> address(Service service) {
        String prefix = "ready " + service + " ";
        try {
            return Files.readString(run().resolve(service + ".out"))
                    .lines()
                    .filter(line -> line.startsWith(prefix))
                    .findFirst()
                    .map(line -> toConnect(Address.parse(line.substring(prefix.length()), 0)));
        } catch (IOException | IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    /** The address of this machine for a service that listens on all of its addresses. */
    private static Address toConnect(Address listening) {
        return switch (listening.host()) {
            case "0.0.0.0" -> new Address("127.0.0.1", listening.port());
            case "::" -> new Address("::1", listening.port());
            default -> listening;
        };
    }

    @Override
    public void changed(Service service, ProcessState before, ProcessState now, SeenProcess process, long t) {
        List<Service> it = List.of(service);
        boolean ranBefore = process.alive() && timeline.millis(process.started()) < 0;
        if (now == ProcessState.DEAD) {
            fault(service, EventKind.STOP, isOpen() ? service + " has ended" : "the store is closed", t);
        } else if (now == ProcessState.STARTING && !ranBefore) {
            if (before != ProcessState.DEAD) {
                fault(service, EventKind.STOP, service + " has ended", t);
            }
            timeline.add(EventKind.START, it, "start " + service, t);
        } else if (now == ProcessState.FROZEN) {
            fault(service, EventKind.FREEZE, service + " is frozen", t);
        } else if (before == ProcessState.FROZEN) {
            timeline.add(EventKind.THAW, it, "thaw " + service, t);
        } else if (before == ProcessState.STARTING && !ranBefore) {
            timeline.add(EventKind.READY, it, service + " is ready", t);
        }
        if (now == ProcessState.UP && faults.containsKey(service)) {
            timeline.end(faults.remove(service), t);
        }
    }

    private void fault(Service service, EventKind kind, String text, long t) {
        Integer earlier = faults.put(service, timeline.begin(kind, List.of(service), text, t));
        if (earlier != null) {
            timeline.end(earlier, t);
        }
    }

    private void measure(
            StoreSample sample, Optional<Answer<OrdersStats>> orders, Optional<Answer<FrontendStats>> frontend) {
        orders.ifPresent(answer ->
                sample.setRounded(Column.ORDERS, orderRate.of(answer.stats().orders(), answer.received())));
        frontend.ifPresent(answer -> {
            sample.setRounded(Column.QUERIES, queryRate.of(answer.stats().queries(), answer.received()));
            sample.setRounded(Column.FAILURES, failureRate.of(answer.stats().failures(), answer.received()));
        });
        Probe.Percentiles percentiles = probe.percentiles();
        sample.setTenths(Column.P50, percentiles.p50());
        sample.setTenths(Column.P99, percentiles.p99());
    }

    /** Queries the first product of the store. Used by one thread. */
    private final class QueryProbe implements Probe.Request {
        private Origin connected;
        private KeyedClient client;
        private Optional<String> product = Optional.empty();

        @Override
        public Optional<String> send(Runnable start) throws InterruptedException {
            long begun = timeline.now();
            start.run();
            while (closed.getCount() > 0 && process(Service.FRONTEND).alive() && connect()) {
                try {
                    if (product.isEmpty()) {
                        product = client.firstProduct();
                    }
                    if (product.isPresent()) {
                        client.query(product.get());
                        seeOutage(begun);
                        return UNTRACED;
                    }
                    return Optional.empty();
                } catch (IOException notNow) {
                    product = Optional.empty(); // it may be another store
                    closed.await(LabRun.RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
            return Optional.empty();
        }

        private void seeOutage(long begun) {
            long now = timeline.now();
            if (now - begun >= LEAST_OUTAGE_MILLIS) {
                timeline.add(
                        EventKind.OUTAGE,
                        List.of(Service.FRONTEND),
                        "no reply to a query for " + (now - begun) + " ms",
                        begun,
                        now);
            }
        }

        private boolean connect() {
            Optional<Origin> now = frontend();
            if (now.isPresent() && !now.get().equals(connected)) {
                disconnect();
                connected = now.get();
                client = new KeyedClient(connected);
            }
            return now.isPresent();
        }

        private void disconnect() {
            if (client != null) {
                try {
                    client.close();
                } catch (IOException e) {
                    // the connection is closed anyway
                }
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
        return new RoomState(
                "watch",
                isOpen() ? "WATCH" : "WATCH: the store is closed",
                frontend().map(Origin::url).orElse(null),
                run().getParent().toString(),
                null,
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
                sampler.database(),
                part.events(),
                null,
                new RandomView(false, 0),
                null,
                null,
                List.of(),
                new ArrayList<>(),
                false);
    }

    @Override
    public Optional<TraceView> trace(String id) throws IOException {
        return Traces.read(run().resolveSibling("logs"), id);
    }

    @Override
    public boolean hasActions() {
        return false;
    }

    @Override
    public void act(RoomAction action) {
        throw new IllegalArgumentException("a store that is watched is not changed");
    }
}
