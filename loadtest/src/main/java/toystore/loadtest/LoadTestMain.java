package toystore.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import toystore.common.cli.ProbabilityConverter;
import toystore.common.cli.ProbabilityFlag;
import toystore.common.cli.Program;
import toystore.common.cli.StoreParameter;
import toystore.common.cli.Version;
import toystore.loadtest.plan.Exercise;
import toystore.loadtest.plan.Steps;
import toystore.loadtest.plan.Task;
import toystore.loadtest.result.Axis;
import toystore.loadtest.scenario.Buy;
import toystore.loadtest.scenario.Mixed;
import toystore.loadtest.scenario.Query;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Shop;

/** The command line of the load test. */
@Command(
        name = "loadtest",
        description = {
            "Measures how long a store takes to answer, and draws it.",
            "Without a command: buy-only, query-only and mixed load with 1 to 5 clients each.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = CompareCommand.class,
        footer = {
            "",
            "Exit codes: 0 measured, and as expected; 1 some requests failed or were never sent; 2 wrong arguments, or nothing to measure;",
            "3 not as expected (--expect, --slo, --max-regression); 130 interrupted."
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

    @Mixin
    private ExerciseFlags exercise;

    @Mixin
    private ShopFlags shopFlags;

    @Mixin
    private RunFlags runFlags;

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // plots are drawn on machines without a screen
        Program.main(new LoadTestMain(), args);
    }

    @Override
    public Integer call() throws Exception {
        double chosen = probabilityFlag.or(probability);
        return measure(store, shopFlags, runFlags, shop -> exercise(shop, chosen));
    }

    private Steps exercise(Shop shop, double buying) {
        Exercise all = exercise.exercise(shop, buying, runFlags.timeout(), runFlags.repeat());
        Steps steps = all.steps();
        if (shopFlags.restockToken() == null && shop.stock().total() < all.orders()) {
            System.out.println(
                    "the stock will not last: " + shop.stock().total() + " units for at least " + all.orders()
                            + " orders of one; --restock brings new ones, ./toystore reset goes back to the start");
        }
        return steps;
    }

    @Command(description = "Queries only.", mixinStandardHelpOptions = true)
    int query(@Mixin StoreParameter store, @Mixin LoopFlags loop, @Mixin ShopFlags shopFlags, @Mixin RunFlags runFlags)
            throws Exception {
        return measureOne(store, loop, shopFlags, runFlags, Query::new);
    }

    @Command(description = "Orders only, of one unit each.", mixinStandardHelpOptions = true)
    int buy(@Mixin StoreParameter store, @Mixin LoopFlags loop, @Mixin ShopFlags shopFlags, @Mixin RunFlags runFlags)
            throws Exception {
        return measureOne(store, loop, shopFlags, runFlags, Buy::new);
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
            @Mixin LoopFlags loop,
            @Mixin ShopFlags shopFlags,
            @Mixin RunFlags runFlags)
            throws Exception {
        double chosen = probabilityFlag.or(probability);
        return measureOne(store, loop, shopFlags, runFlags, shop -> new Mixed(shop, chosen));
    }

    @Command(description = "The same request again and again, to any HTTP service.", mixinStandardHelpOptions = true)
    int url(@Mixin UrlFlags url, @Mixin LoopFlags loop, @Mixin RunFlags runFlags) throws Exception {
        check(runFlags);
        return new LoadTestRun(runFlags, arguments(), url.url(), null, null)
                .run(one(url.scenario(runFlags.timeout()), loop, runFlags));
    }

    @Command(
            description = "One load with several settings, one after the other: numbers of clients, probabilities of"
                    + " buying, or rates.",
            mixinStandardHelpOptions = true)
    int sweep(
            @Mixin StoreParameter store, @Mixin SweepFlags sweep, @Mixin ShopFlags shopFlags, @Mixin RunFlags runFlags)
            throws Exception {
        return measure(store, shopFlags, runFlags, shop -> sweep.steps(shop, runFlags.timeout(), runFlags.repeat()));
    }

    @Command(
            name = "find-max",
            description =
                    "Looks for the highest rate at which what is to hold does hold: doubles the rate until it does"
                            + " not, or lowers it until it does, and then halves the gap.",
            mixinStandardHelpOptions = true)
    int findMax(
            @Mixin StoreParameter store,
            @Mixin FindMaxFlags findMax,
            @Mixin ShopFlags shopFlags,
            @Mixin RunFlags runFlags)
            throws Exception {
        runFlags.refuseForSearch();
        return measure(store, shopFlags, runFlags, shop -> findMax.search(shop, runFlags.timeout()));
    }

    private static Steps one(Scenario scenario, LoopFlags loop, RunFlags flags) {
        return new Steps(Axis.NONE, List.of(loop.step(scenario, flags.timeout())));
    }

    private int measureOne(
            StoreParameter store,
            LoopFlags loop,
            ShopFlags shopFlags,
            RunFlags runFlags,
            Function<Shop, Scenario> scenario)
            throws Exception {
        return measure(store, shopFlags, runFlags, shop -> one(scenario.apply(shop), loop, runFlags));
    }

    /** Flags that cannot be right, whatever the store sells, are refused before it hears of any of this. */
    private int measure(StoreParameter store, ShopFlags shopFlags, RunFlags runFlags, Function<Shop, Task> task)
            throws Exception {
        check(runFlags);
        String restockToken = shopFlags.restockToken();
        Shop shop = shopFlags.visit(store.address());
        String target = store.address().toString();
        return new LoadTestRun(runFlags, arguments(store), target, shop, restockToken).run(task.apply(shop));
    }

    private void check(RunFlags runFlags) {
        refuseMisplacedFlags();
        runFlags.check();
    }

    private List<String> arguments() {
        return spec.commandLine().getParseResult().originalArgs();
    }

    /** What stands before a command is for the exercise, and would go unheeded. */
    void refuseMisplacedFlags() {
        ParseResult all = spec.commandLine().getParseResult();
        if (all.hasSubcommand()
                && !(all.matchedOptions().isEmpty() && all.matchedPositionals().isEmpty())) {
            String name = all.subcommand().commandSpec().name();
            throw new IllegalArgumentException("\"" + all.originalArgs().get(0) + "\" stands before " + name
                    + "; expected it behind: loadtest " + name + " …");
        }
    }

    /** With the store, also if it came from the environment. */
    private List<String> arguments(StoreParameter store) {
        List<String> arguments = new ArrayList<>(arguments());
        if (!store.isGiven()) {
            arguments.add(store.address().toString());
        }
        return arguments;
    }
}
