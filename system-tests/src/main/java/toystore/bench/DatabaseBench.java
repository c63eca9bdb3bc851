package toystore.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import toystore.bench.BenchDatabase.Database;
import toystore.bench.DatabaseRates.Contender;
import toystore.bench.Spread.Unit;
import toystore.client.http.Origin;
import toystore.common.Threads;
import toystore.common.cli.Program;
import toystore.postgres.NodeStatus;
import toystore.postgres.PostgresNode;
import toystore.process.ProcessGroup;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;
import toystore.process.TemporaryFolder;

/** Measures cells on a database, beside a store on Spring Boot that uses the same server. */
@Command(
        name = "database",
        description = "Measures cells on a PostgreSQL of their own on this machine: orders per second beside a small"
                + " store on Spring Boot that uses the same server, two cells that sell out, the audit of many orders,"
                + " and the time without orders when the primary is killed. The tables are in Markdown.",
        mixinStandardHelpOptions = true)
final class DatabaseBench implements Callable<Integer> {
    private static final List<String> REFERENCE_JVM = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC");
    private static final int STOCK = 1_000_000_000; // of each toy, more than any run can order
    private static final int TOYS = 10;
    private static final int SHOPPERS = 16; // at each cell
    private static final double MAX_AUDIT_SECONDS = 10;
    private static final double MAX_GAP_SECONDS = 3; // in addition to the promotion
    private static final int ORDERS_BETWEEN_FAULTS = 1000;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final long POLL_NANOS = 20_000_000;

    @ParentCommand
    private BenchMain bench;

    @Option(
            names = "--quick",
            description = "Shortens the defaults to 3 rounds, 2 s, and a warm-up of 4 s, and the other parts as well.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds, each with all loads (default: 5).")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "N", description = "Seconds of each load in a round (default: 8).")
    private Double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds of each load before the first round, twice or more (default: 8).")
    private Double warmUp;

    @Option(
            names = "--pool",
            paramLabel = "N",
            defaultValue = "10",
            description = "Connections of the reference store to the database (default: ${DEFAULT-VALUE}).")
    private int pool;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Measures only these parts: orders, sold-out, audit, failover (default: all).")
    private List<String> only = List.of();

    private final PrintStream out = System.out;
    private final PrintStream progress = System.err;
    private final ProcessGroup processes = new ProcessGroup();
    private final List<String> rows = new ArrayList<>(); // of the last table

    private enum Part {
        ORDERS("orders"),
        SOLD_OUT("sold-out"),
        AUDIT("audit"),
        FAILOVER("failover");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        static Part of(String label) {
            return Arrays.stream(values())
                    .filter(part -> part.label.equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--only is " + label + "; expected orders, sold-out, audit or failover"));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchConfig config = new BenchConfig(
                bench.home(),
                null,
                null,
                rounds != null ? rounds : quick ? 3 : 5,
                BenchMain.duration(seconds, quick ? 2 : 8),
                BenchMain.duration(warmUp, quick ? 4 : 8));
        Set<Part> parts = only.isEmpty()
                ? EnumSet.allOf(Part.class)
                : only.stream().map(Part::of).collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
        TemporaryFolder folder = TemporaryFolder.create(null, "toystore-bench");
        Runtime.getRuntime().addShutdownHook(Threads.named("bench-stop", () -> stop(folder)));
        boolean valid = true;
        try (folder;
                processes) {
            out.println(BenchReport.machine());
            if (parts.stream().anyMatch(part -> part != Part.FAILOVER)) {
                BenchDatabase database = BenchDatabase.start(bench.home(), 1);
                try (database) {
                    out.println("PostgreSQL " + database.version() + ", one node on the same cores, forced to disk.");
                    if (parts.contains(Part.ORDERS)) {
                        valid = compareOrders(config, database, folder.path());
                    }
                    if (parts.contains(Part.SOLD_OUT)) {
                        sellOut(database, folder.path());
                    }
                    if (parts.contains(Part.AUDIT)) {
                        audit(database, folder.path());
                    }
                }
            }
            if (parts.contains(Part.FAILOVER)) {
                failOver(folder.path());
            }
        }
        if (!rows.isEmpty()) {
            out.println();
            out.println("| what | measured | wanted | |");
            out.println("|---|---|---|---|");
            rows.forEach(out::println);
        }
        return valid ? Program.OK : Program.FAILED;
    }

    /** Leaves nothing behind when the process ends at any moment; the servers of a database end by themselves. */
    private void stop(TemporaryFolder folder) {
        processes.close();
        try {
            folder.close();
        } catch (IOException e) {
            progress.println("bench: " + folder.path() + " could not be removed: " + e);
        }
    }

    /** Compares a cell with the reference store. Returns whether the figures are valid. */
    private boolean compareOrders(BenchConfig config, BenchDatabase server, Path folder)
            throws IOException, InterruptedException {
        String toys = BenchCluster.toys(TOYS, STOCK);
        Database store = server.createStore("cell", toys, folder.resolve("starting"));
        DatabaseCell cell = DatabaseCell.start(processes, bench.home(), store.url(), folder.resolve("cell"));
        ServiceProcess reference =
                startReference(server.create("reference").url(), folder.resolve("starting/toys.json"), folder);
        DatabaseRates rates = new DatabaseRates(
                new Contender("cell", cell.origin(), cell::cpuTime),
                new Contender("reference store", Origin.http(reference.address()), reference::cpuTime),
                server::cpuTime,
                progress);
        rates.measure(config);
        out.println("The load generator ran on the same cores. The processes of the cell: `java "
                + String.join(" ", BenchCluster.JVM) + "`, orders `" + BenchCluster.ORDERS_HEAP + "`, access log off, "
                + DatabaseCell.SESSION_THREADS + " session threads. The reference store: `java "
                + String.join(" ", REFERENCE_JVM) + "`, " + pool + " connections to the database.");
        out.println(config.describe() + " " + rates.disturbance());
        out.println();
        rates.lines().forEach(out::println);
        cell.close();
        reference.close();
        server.audit(store);
        return rates.isValid();
    }

    private ServiceProcess startReference(String url, Path toys, Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(REFERENCE_JVM);
        String jar = ProgramJars.find("--home", bench.home(), "reference").toString();
        arguments.addAll(List.of("-jar", jar, "--server.port=0", "--toys=" + toys));
        ProcessBuilder command = ServiceProcess.java(arguments);
        command.environment().put("SPRING_DATASOURCE_URL", url); // not an argument: every user can read those
        command.environment().put("SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE", String.valueOf(pool));
        return processes
                .start("reference", command, folder.resolve("reference.log"))
                .awaitReady();
    }

    /** Sells ten toys to the last unit through two cells at once. */
    private void sellOut(BenchDatabase server, Path folder) throws IOException, InterruptedException {
        int stock = quick ? 200 : 2000; // of each toy
        progress.println("two cells sell " + TOYS + " toys");
        Database store = server.createStore("soldout", BenchCluster.toys(TOYS, stock), folder.resolve("sold-out"));
        List<DatabaseCell> cells = new ArrayList<>();
        for (String name : List.of("cell-1", "cell-2")) {
            cells.add(DatabaseCell.start(processes, bench.home(), store.url(), folder.resolve(name)));
        }
        SoldOutRun run = new SoldOutRun(
                IntStream.range(0, TOYS).mapToObj(BenchCluster::name).toList());
        long start = System.nanoTime();
        run.run(cells.stream().map(DatabaseCell::origin).toList(), SHOPPERS);
        double took = (System.nanoTime() - start) / 1e9;
        cells.forEach(DatabaseCell::close);
        long left = server.number(store, "select sum(quantity) from products");
        long unsold = server.number(store, "select count(*) from products where quantity <> 0");
        long acknowledged =
                run.sold().values().stream().mapToLong(Long::longValue).sum();
        long difference = (long) TOYS * stock - acknowledged - left;
        server.audit(store);
        boolean met =
                unsold == 0 && difference == 0 && run.sold().values().stream().allMatch(sold -> sold == stock);
        addRow(
                String.format(
                        Locale.ROOT,
                        "two cells, %d shoppers at each: %,d units of each of %d toys",
                        SHOPPERS,
                        stock,
                        TOYS),
                String.format(
                        Locale.ROOT,
                        "%,d orders in %.1f s; %s; difference %d",
                        acknowledged,
                        took,
                        unsold == 0 ? "0 units left of every toy" : left + " units left of " + unsold + " toys",
                        difference),
                "every toy exactly 0, difference 0",
                met);
    }

    /** Audits a store with very many orders, which SQL has made. */
    private void audit(BenchDatabase server, Path folder) throws IOException, InterruptedException {
        int orders = quick ? 100_000 : 1_000_000;
        int audits = quick ? 1 : 3;
        progress.println("audits of " + orders + " orders");
        Database store = server.createStore("audited", BenchCluster.toys(TOYS, STOCK), folder.resolve("audited"));
        server.execute(
                store,
                "insert into orders(number, key, name, quantity, price, at)"
                        + " select n, gen_random_uuid(), p.name, 1 + n % 3, p.price,"
                        + " timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second'"
                        + " from generate_series(1, " + orders + ") n"
                        + " join (select name, price, row_number() over (order by name) - 1 as i from products) p"
                        + " on p.i = n % " + TOYS,
                "update counter set n = " + orders,
                "update products p set quantity = p.quantity - o.sold, version = p.version + 1"
                        + " from (select name, sum(quantity) as sold from orders group by name) o"
                        + " where o.name = p.name");
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < audits; i++) {
            long start = System.nanoTime();
            server.audit(store);
            times.add((System.nanoTime() - start) / 1e9);
        }
        addRow(
                String.format(Locale.ROOT, "`db audit` of %,d orders, start of the program included", orders),
                Unit.SECONDS.text(Spread.of(times)),
                String.format(Locale.ROOT, "under %.0f s", MAX_AUDIT_SECONDS),
                Spread.of(times).median() < MAX_AUDIT_SECONDS);
    }

    /** Kills the primary of three nodes under load, and promotes a standby at once. */
    private void failOver(Path folder) throws IOException, InterruptedException {
        int faults = quick ? 1 : 5;
        progress.println("kill -9 of the primary, " + faults + " times");
        BenchDatabase server = BenchDatabase.start(bench.home(), 3);
        List<Double> gaps = new ArrayList<>();
        List<Double> promotions = new ArrayList<>();
        boolean met = true;
        try (server) {
            Database store =
                    server.createStore("cell", BenchCluster.toys(TOYS, STOCK), folder.resolve("failover-starting"));
            DatabaseCell cell =
                    DatabaseCell.start(processes, bench.home(), store.url(), folder.resolve("failover-cell"));
            FailoverRun shoppers = new FailoverRun(cell.origin(), SHOPPERS, TOYS);
            try (shoppers) {
                for (int i = 0; i < faults; i++) {
                    awaitStandbys(server);
                    shoppers.awaitOrders(ORDERS_BETWEEN_FAULTS, TIMEOUT);
                    shoppers.resetGap();
                    PostgresNode old = server.cluster().primary();
                    long killed = System.nanoTime();
                    old.kill();
                    PostgresNode promoted = server.cluster().failOver();
                    double promotion = (System.nanoTime() - killed) / 1e9;
                    shoppers.awaitOrders(ORDERS_BETWEEN_FAULTS, TIMEOUT);
                    double gap = shoppers.longestGap();
                    progress.printf(Locale.ROOT, "%.2f s without orders, promotion %.2f s%n", gap, promotion);
                    gaps.add(gap);
                    promotions.add(promotion);
                    met &= gap <= MAX_GAP_SECONDS + promotion;
                    old.rejoin(promoted);
                }
            }
            cell.close();
            server.audit(store);
            Set<String> acknowledged = shoppers.acknowledged();
            Set<String> lost = server.missing(store, acknowledged);
            if (!lost.isEmpty()) {
                throw new IOException(
                        lost.size() + " of " + acknowledged.size() + " acknowledged orders are not in the database");
            }
            out.println();
            out.println("For the last row: PostgreSQL " + server.version() + ", three nodes, of which two have each"
                    + " commit on disk before it is acknowledged. " + SHOPPERS + " shoppers; every one of their "
                    + String.format(Locale.ROOT, "%,d", acknowledged.size()) + " acknowledged orders is there.");
        }
        addRow(
                "longest time without orders after `kill -9` of the primary; the promotion of a standby begins at once",
                Unit.SECONDS.text(Spread.of(gaps)) + "; until the promotion "
                        + Unit.SECONDS.text(Spread.of(promotions)),
                String.format(Locale.ROOT, "at most %.0f s + promotion, each time", MAX_GAP_SECONDS),
                met);
    }

    private static void awaitStandbys(BenchDatabase server) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (server.cluster().status().stream()
                        .filter(NodeStatus::synchronous)
                        .count()
                < 2) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("a standby does not follow the primary: "
                        + server.cluster().status());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void addRow(String what, String measured, String wanted, boolean met) {
        rows.add("| " + what + " | " + measured + " | " + wanted + " | " + (met ? "met" : "**missed**") + " |");
    }
}
