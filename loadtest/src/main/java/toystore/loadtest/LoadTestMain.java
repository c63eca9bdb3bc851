package toystore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import toystore.client.cli.StoreParameter;
import toystore.client.http.Origin;
import toystore.common.cli.DurationConverter;
import toystore.common.cli.ProbabilityConverter;
import toystore.common.cli.ProbabilityFlag;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.loadtest.plan.Exercise;
import toystore.loadtest.plan.Series;
import toystore.loadtest.plan.Task;
import toystore.loadtest.scenario.Shop;
import toystore.loadtest.scenario.StoreScenario;
import toystore.loadtest.scenario.StoreScenario.Workload;

/** The command line of the load test. */
@Command(
        name = "loadtest",
        description = {
            "Measures and plots the latency of a store.",
            "Without a command: buy-only, query-only and mixed load with 1 to 5 clients each.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = CompareCommand.class,
        footer = {
            "",
            "Exit codes: 0 measured, and all expectations hold; 1 some requests failed or were not sent; 2 wrong"
                    + " arguments, or nothing to measure;",
            "3 an expectation does not hold (--expect, --slo, --max-regression); 130 interrupted."
        })
public final class LoadTestMain implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StoreParameter store;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "probability",
            converter = ProbabilityConverter.class,
            description = "The same as --probability.")
    private Double probability;

    @Mixin
    private ProbabilityFlag probabilityFlag;

    @Option(
            names = "--clients",
            paramLabel = "SERIES",
            converter = Series.OfClients.class,
            defaultValue = "1..5",
            description = "Concurrent clients of the steps of each load: 1..5 or 1,2,4 (now ${DEFAULT-VALUE}).")
    private Series clients;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_ITERATIONS:-100}",
            description =
                    "Rounds of each client in a step, at least: a query, an order of one unit, or in the mixed load"
                            + " a query and perhaps an order (TOYSTORE_ITERATIONS; now ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_DURATION:-2s}",
            description =
                    "Length of each step, at least, as long as there is enough stock for all (TOYSTORE_DURATION; now"
                            + " ${DEFAULT-VALUE}).")
    private Duration duration;

    @Mixin
    private Flags.OfShop shopFlags;

    @Mixin
    private Flags.OfRun runFlags;

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // plots are drawn on machines without a screen
        ImageIO.setUseCache(false); // its cache files need a shutdown hook, which cannot be added after a signal
        Program.main(new LoadTestMain(), args);
    }

    @Override
    public Integer call() throws Exception {
        double chosen = probabilityFlag.or(probability);
        return measure(store, shopFlags, runFlags, shop -> exercise(shop, chosen));
    }

    private Task exercise(Shop shop, double chosenProbability) {
        if (iterations < 1) {
            throw new IllegalArgumentException("--iterations is " + iterations + "; expected 1 or more");
        }
        Exercise exercise = new Exercise(
                shop, chosenProbability, clients.whole(), iterations, duration, runFlags.timeout, runFlags.repeat);
        Task steps = exercise.steps();
        if (shopFlags.restockToken() == null && shop.stock().total() < exercise.orders()) {
            System.out.println("the stock will not last: " + shop.stock().total() + " units for at least "
                    + exercise.orders() + " orders of one; --restock adds units, ./toystore reset restores the start");
        }
        return steps;
    }

    @Command(description = "Queries only.", mixinStandardHelpOptions = true)
    int query(
            @Mixin StoreParameter store,
            @Mixin Flags.OfStep stepFlags,
            @Mixin Flags.OfShop shopFlags,
            @Mixin Flags.OfRun runFlags)
            throws Exception {
        return measureStep(Workload.QUERY, StoreScenario.DEFAULT_PROBABILITY, store, stepFlags, shopFlags, runFlags);
    }

    @Command(description = "Orders only, of one unit each.", mixinStandardHelpOptions = true)
    int buy(
            @Mixin StoreParameter store,
            @Mixin Flags.OfStep stepFlags,
            @Mixin Flags.OfShop shopFlags,
            @Mixin Flags.OfRun runFlags)
            throws Exception {
        return measureStep(Workload.BUY, StoreScenario.DEFAULT_PROBABILITY, store, stepFlags, shopFlags, runFlags);
    }

    @Command(description = "Queries, each followed by an order with a probability.", mixinStandardHelpOptions = true)
    int mixed(
            @Mixin StoreParameter store,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "probability",
                            converter = ProbabilityConverter.class,
                            description = "The same as --probability.")
                    Double probability,
            @Mixin ProbabilityFlag probabilityFlag,
            @Mixin Flags.OfStep stepFlags,
            @Mixin Flags.OfShop shopFlags,
            @Mixin Flags.OfRun runFlags)
            throws Exception {
        return measureStep(Workload.MIXED, probabilityFlag.or(probability), store, stepFlags, shopFlags, runFlags);
    }

    @Command(description = "The same request again and again, to any HTTP service.", mixinStandardHelpOptions = true)
    int url(@Mixin UrlFlags url, @Mixin Flags.OfStep stepFlags, @Mixin Flags.OfRun runFlags) throws Exception {
        check(runFlags);
        return new LoadTestRun(runFlags, arguments(), url.url(), null, null)
                .run(stepFlags.steps(url.scenario(runFlags.timeout), runFlags.timeout));
    }

    @Command(
            description =
                    "One load with several numbers of clients, probabilities of buying, or rates, one after another.",
            mixinStandardHelpOptions = true)
    int sweep(
            @Mixin StoreParameter store,
            @Mixin Flags.OfSweep sweep,
            @Mixin Flags.OfShop shopFlags,
            @Mixin Flags.OfRun runFlags)
            throws Exception {
        return measure(store, shopFlags, runFlags, shop -> sweep.steps(shop, runFlags.timeout, runFlags.repeat));
    }

    @Command(
            name = "find-max",
            description =
                    "Searches the highest rate at which every --slo holds: doubles the rate until one does not, or"
                            + " lowers it until all do, and then halves the gap.",
            mixinStandardHelpOptions = true)
    int findMax(
            @Mixin StoreParameter store,
            @Mixin Flags.OfFindMax findMax,
            @Mixin Flags.OfShop shopFlags,
            @Mixin Flags.OfRun runFlags)
            throws Exception {
        runFlags.checkForSearch();
        return measure(store, shopFlags, runFlags, shop -> findMax.search(shop, runFlags.timeout));
    }

    private int measureStep(
            Workload workload,
            double chosenProbability,
            StoreParameter target,
            Flags.OfStep step,
            Flags.OfShop shopping,
            Flags.OfRun run)
            throws Exception {
        return measure(target, shopping, run, shop -> step.steps(workload.in(shop, chosenProbability), run.timeout));
    }

    /** Checks the flags before it sends anything to the store. */
    private int measure(StoreParameter target, Flags.OfShop shopping, Flags.OfRun run, Function<Shop, Task> task)
            throws Exception {
        check(run);
        String restockToken = shopping.restockToken();
        Origin origin = target.origin();
        Shop shop = shopping.read(origin);
        return new LoadTestRun(run, arguments(target), origin.toString(), shop, restockToken).run(task.apply(shop));
    }

    private void check(Flags.OfRun run) {
        refuseMisplacedFlags();
        run.check();
    }

    /** Refuses flags in front of a command, which the command would ignore. */
    void refuseMisplacedFlags() {
        ParseResult all = spec.commandLine().getParseResult();
        if (all.hasSubcommand()
                && !(all.matchedOptions().isEmpty() && all.matchedPositionals().isEmpty())) {
            String name = all.subcommand().commandSpec().name();
            throw new IllegalArgumentException("\"" + all.originalArgs().get(0) + "\" stands before " + name
                    + "; expected it behind: loadtest " + name + " …");
        }
    }

    private List<String> arguments() {
        return spec.commandLine().getParseResult().originalArgs();
    }

    /** The arguments with the store, even if the environment names it. */
    private List<String> arguments(StoreParameter target) {
        List<String> arguments = new ArrayList<>(arguments());
        if (!target.isGiven()) {
            arguments.add(target.origin().toString());
        }
        return arguments;
    }
}
