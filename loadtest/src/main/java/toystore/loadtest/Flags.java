package toystore.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import toystore.client.http.Origin;
import toystore.common.cli.DurationConverter;
import toystore.common.cli.ProbabilityConverter;
import toystore.loadtest.expect.Expectation;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.LoadModel.Arrivals;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.plan.FindMax;
import toystore.loadtest.plan.LoadTest;
import toystore.loadtest.plan.Series;
import toystore.loadtest.plan.Task.Steps;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.scenario.ProductSelector.Popularity;
import toystore.loadtest.scenario.ProductSelector.PopularityConverter;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Shop;
import toystore.loadtest.scenario.StoreScenario;
import toystore.loadtest.scenario.StoreScenario.Workload;

/** The flags of the commands that measure, as mixins of picocli, which sets their fields. */
final class Flags {
    private Flags() {}

    /** The flags of every command that measures. */
    static final class OfRun {
        private static final DateTimeFormatter FOLDER_NAME =
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss", Locale.ROOT);
        private static final int MAX_REPEAT = 100;
        private static final Duration MAX_WARM_UP = Duration.ofHours(24);

        @Option(
                names = "--warmup",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:TOYSTORE_WARMUP:-6s}",
                description = "Run the same load for that time first, without recording it: programs are slow at first."
                        + " Without --restock it buys 300 units at most (TOYSTORE_WARMUP; now"
                        + " ${DEFAULT-VALUE}).")
        Duration warmUp;

        @Option(
                names = "--repeat",
                paramLabel = "N",
                defaultValue = "${env:TOYSTORE_REPEAT:-1}",
                description = "Run all steps that often, to measure the noise; compare needs 5 (TOYSTORE_REPEAT; now"
                        + " ${DEFAULT-VALUE}).")
        int repeat;

        @Option(
                names = "--timeout",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:TOYSTORE_TIMEOUT:-10s}",
                description = "How long a client waits for a response (TOYSTORE_TIMEOUT; now ${DEFAULT-VALUE}).")
        Duration timeout;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "${env:TOYSTORE_SEED:-1}",
                description = "Seed of all random choices (TOYSTORE_SEED; now ${DEFAULT-VALUE}).")
        long seed;

        @Option(
                names = "--expect",
                paramLabel = "EXPECTATION",
                converter = Expectation.Converter.class,
                description =
                        "Exit with code 3 unless this holds in every step: buy.p99<20ms, errors<0.1%%, rate>1000 …"
                                + " May be given several times.")
        List<Expectation> expectations = List.of();

        @Option(
                names = "--out",
                paramLabel = "DIR",
                defaultValue = "${env:TOYSTORE_OUT}",
                description = "Folder for the report (TOYSTORE_OUT; otherwise loadtest-report/ and the time).")
        private Path out;

        /** Refuses values that are out of bounds. */
        void check() {
            require(
                    warmUp.compareTo(MAX_WARM_UP) <= 0,
                    "--warmup is " + warmUp.toHours() + "h; expected at most " + MAX_WARM_UP.toHours() + "h");
            require(repeat >= 1 && repeat <= MAX_REPEAT, "--repeat is " + repeat + "; expected 1 to " + MAX_REPEAT);
        }

        /** Refuses flags that a search does not use: it repeats failed rates itself, and many of its rates fail. */
        void checkForSearch() {
            require(
                    repeat == 1 && expectations.isEmpty(),
                    (repeat != 1 ? "--repeat" : "--expect") + " is not a flag of find-max; expected --slo");
        }

        Path folder() {
            return folder(out);
        }

        /** The given folder, or a folder named after the time. */
        static Path folder(Path out) {
            return out == null
                    ? Path.of("loadtest-report", FOLDER_NAME.format(LocalDateTime.now(ZoneId.systemDefault())))
                    : out;
        }
    }

    /** The flags of every command that measures a toy store. */
    static final class OfShop {
        @Option(
                names = "--products",
                paramLabel = "DISTRIBUTION",
                converter = PopularityConverter.class,
                defaultValue = "${env:TOYSTORE_PRODUCTS:-uniform}",
                description = "How products are chosen: uniform, or zipf:S, where product k of the list is chosen 1/k^S"
                        + " times as often as the first; zipf is zipf:1 (TOYSTORE_PRODUCTS; now"
                        + " ${DEFAULT-VALUE}).")
        private Popularity popularity;

        @Option(
                names = "--restock",
                arity = "0..1",
                paramLabel = "true|false",
                fallbackValue = "true",
                defaultValue = "${env:TOYSTORE_RESTOCK:-false}",
                description = "Add units of products that run short, through the store's admin API (TOYSTORE_RESTOCK).")
        private boolean restock;

        @Option(
                names = "--admin-token",
                paramLabel = "TOKEN",
                defaultValue = "${env:TOYSTORE_ADMIN_TOKEN}",
                description =
                        "The store's admin token, for --restock (TOYSTORE_ADMIN_TOKEN, which other users cannot see).")
        private String adminToken;

        /** The token to restock with; null without --restock. */
        String restockToken() {
            require(
                    !restock || (adminToken != null && !adminToken.isEmpty()),
                    "--restock needs the token that the store was opened with; set TOYSTORE_ADMIN_TOKEN");
            return restock ? adminToken : null;
        }

        /** @throws IllegalArgumentException if there is no store; the message is for a person */
        Shop read(Origin store) {
            try {
                return Shop.read(store, popularity);
            } catch (IOException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    /** The flag for the arrivals of an open loop. */
    static final class OfArrivals {
        @Option(
                names = "--arrivals",
                paramLabel = "HOW",
                converter = ArrivalsConverter.class,
                defaultValue = "${env:TOYSTORE_ARRIVALS:-constant}",
                description = "Open loop: constant, at equal intervals, or poisson, independent of each other"
                        + " (TOYSTORE_ARRIVALS; now ${DEFAULT-VALUE}).")
        Arrivals arrivals;

        /** @param rate null for a closed loop */
        LoadModel model(Double rate) {
            return rate == null ? new LoadModel.Closed() : new LoadModel.Open(rate, arrivals);
        }
    }

    /** The flag for the scenario of a store. */
    static final class OfScenario {
        @Option(
                names = "--scenario",
                paramLabel = "NAME",
                converter = ScenarioConverter.class,
                description = "query, buy or mixed (default: query, or mixed with --probability).")
        private Workload scenario;

        Workload workload(boolean hasProbability) {
            require(
                    !hasProbability || scenario == null || scenario == Workload.MIXED,
                    "--probability is for --scenario mixed, and not for " + (scenario == null ? "" : scenario.label()));
            return scenario != null ? scenario : hasProbability ? Workload.MIXED : Workload.QUERY;
        }
    }

    /** The flags of every command that measures a single step. */
    static final class OfStep {
        @Option(
                names = "--clients",
                paramLabel = "N",
                defaultValue = "${env:TOYSTORE_CLIENTS:-5}",
                description = "Concurrent clients, each with a connection (TOYSTORE_CLIENTS; now ${DEFAULT-VALUE}).")
        private int clients;

        @Option(
                names = "--duration",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:TOYSTORE_DURATION:-10s}",
                description = "Length of the step (TOYSTORE_DURATION; now ${DEFAULT-VALUE}).")
        private Duration duration;

        @Option(
                names = "--requests",
                paramLabel = "N",
                description = "Number of requests to send, instead of --duration.")
        private Long requests;

        @Option(
                names = "--rate",
                paramLabel = "N",
                description =
                        "Open loop: requests per second, sent whether earlier ones are complete or not; the latency"
                                + " counts from when a request was due. Without it, closed loop: each client sends"
                                + " its next request after the response to the last one.")
        private Double rate;

        @Mixin
        private OfArrivals arrivals;

        Steps steps(Scenario scenario, Duration timeout) {
            StopCondition stop =
                    requests == null ? StopCondition.lasting(duration) : StopCondition.ofRequests(requests);
            return new Steps(Axis.NONE, List.of(new Step(scenario, clients, arrivals.model(rate), stop, timeout, 0)));
        }
    }

    /** The flags of a sweep. One of clients, probability and rate has several values, one for each step. */
    static final class OfSweep {
        @Option(
                names = "--clients",
                paramLabel = "SERIES",
                converter = Series.OfClients.class,
                description = "Concurrent clients: 1,2,4,8 or 1..64 for several steps, or one number (default: 5).")
        private Series clients = new Series(Axis.CLIENTS, List.of(5.0));

        @Option(
                names = "--probability",
                paramLabel = "SERIES",
                converter = Series.OfProbabilities.class,
                description =
                        "Probability of buying the product queried last, in the mixed load: 0,0.5,1 or 0..0.8:0.2 or"
                                + " 0..1 for several steps, or one number (default: 0.75).")
        private Series probability;

        @Option(
                names = "--rate",
                paramLabel = "SERIES",
                converter = Series.OfRates.class,
                description =
                        "Open loop, requests per second: 500,1000,2000 or 500..20000 for several steps, or one number.")
        private Series rate;

        @Mixin
        private OfScenario scenario;

        @Option(
                names = "--duration",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:TOYSTORE_DURATION:-5s}",
                description = "Length of each step (TOYSTORE_DURATION; now ${DEFAULT-VALUE}).")
        private Duration duration;

        @Mixin
        private OfArrivals arrivals;

        /** The steps; each may buy an equal share of the stock. */
        Steps steps(Shop shop, Duration timeout, int repeat) {
            Series swept = swept();
            List<Double> probabilities =
                    probability == null ? List.of(StoreScenario.DEFAULT_PROBABILITY) : probability.values();
            List<Double> rates = rate == null ? Stream.of((Double) null).toList() : rate.values();
            Workload workload = scenario.workload(probability != null);
            long count = swept.values().size();
            long stock = (shop.stock().total() - LoadTest.warmUpOrders(shop.stock())) / repeat;
            List<Step> steps = new ArrayList<>();
            for (double p : probabilities) {
                for (Double r : rates) {
                    for (int n : clients.whole()) {
                        long keep = stock * (count - 1 - steps.size()) / count;
                        StopCondition stop = StopCondition.lasting(duration);
                        steps.add(new Step(workload.in(shop, p), n, arrivals.model(r), stop, timeout, keep));
                    }
                }
            }
            return new Steps(swept.axis(), steps);
        }

        private Series swept() {
            List<Series> several = Stream.of(clients, probability, rate)
                    .filter(series -> series != null && series.values().size() > 1)
                    .toList();
            require(
                    several.size() == 1,
                    (several.isEmpty() ? "none" : "more than one")
                            + " of --clients, --probability and --rate has several values; expected exactly one,"
                            + " such as --clients 1..64");
            return several.get(0);
        }
    }

    /** The flags of the search for the highest rate. */
    static final class OfFindMax {
        @Option(
                names = "--slo",
                required = true,
                paramLabel = "EXPECTATION",
                converter = Expectation.Converter.class,
                description = "What must hold: p99<10ms, errors<0.1%% … May be given several times.")
        private List<Expectation> objectives;

        @Mixin
        private OfScenario scenario;

        @Option(
                names = "--probability",
                paramLabel = "N",
                converter = ProbabilityConverter.class,
                description = "Probability of buying the product queried last, in the mixed load (default: 0.75).")
        private Double probability;

        @Option(
                names = "--clients",
                paramLabel = "N",
                defaultValue = "${env:TOYSTORE_CLIENTS:-10}",
                description = "Connections, and so requests in progress at once (TOYSTORE_CLIENTS; now"
                        + " ${DEFAULT-VALUE}).")
        private int clients;

        @Option(
                names = "--from",
                paramLabel = "N",
                defaultValue = "500",
                description = "Requests per second of the first run (now ${DEFAULT-VALUE}).")
        private double from;

        @Option(
                names = "--precision",
                paramLabel = "PERCENT",
                converter = PercentConverter.class,
                defaultValue = "5%",
                description = "How much too low the result may be (now ${DEFAULT-VALUE}).")
        private double precision;

        @Option(
                names = "--duration",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                defaultValue = "${env:TOYSTORE_DURATION:-5s}",
                description = "Length of each run, at least (TOYSTORE_DURATION; now ${DEFAULT-VALUE}).")
        private Duration duration;

        @Option(
                names = "--samples",
                paramLabel = "N",
                defaultValue = "10000",
                description =
                        "Requests of each run, at least: runs at low rates take longer, up to a minute. With 10000,"
                                + " a hundred requests are beyond p99 (now ${DEFAULT-VALUE}).")
        private long samples;

        @Mixin
        private OfArrivals arrivals;

        FindMax search(Shop shop, Duration timeout) {
            require(samples >= 1, "--samples is " + samples + "; expected 1 or more");
            Scenario searched = scenario.workload(probability != null)
                    .in(shop, probability == null ? StoreScenario.DEFAULT_PROBABILITY : probability);
            return new FindMax(
                    new Step(searched, clients, arrivals.model(from), StopCondition.lasting(duration), timeout, 0),
                    samples,
                    precision / 100,
                    objectives.stream().map(Expectation::toString).collect(Collectors.joining(" and ")),
                    run -> objectives.stream().allMatch(slo -> slo.holds(run)));
        }
    }

    /** Reads {@code constant} or {@code poisson}. */
    static final class ArrivalsConverter implements ITypeConverter<Arrivals> {
        @Override
        public Arrivals convert(String text) {
            return oneOf(text, Arrivals.values(), Arrivals::label);
        }
    }

    /** Reads {@code query}, {@code buy} or {@code mixed}. */
    static final class ScenarioConverter implements ITypeConverter<Workload> {
        @Override
        public Workload convert(String text) {
            return oneOf(text, Workload.values(), Workload::label);
        }
    }

    private static <T> T oneOf(String text, T[] values, Function<T, String> label) {
        List<String> labels = Arrays.stream(values).map(label).toList();
        if (!labels.contains(text)) {
            throw new TypeConversionException(
                    "\"" + text + "\"; expected " + String.join(", ", labels).replaceFirst(", ([^,]*)$", " or $1"));
        }
        return values[labels.indexOf(text)];
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}
