package toystore.loadtest;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import toystore.wire.net.Address;
import toystore.wire.program.Probability;
import toystore.wire.program.Program;
import toystore.wire.program.StoreAddress;
import toystore.wire.program.Version;

/** The command line of the load test. */
@Command(
        name = "loadtest",
        description =
                "Measures a store's latency under buy-only, query-only and mixed load with 1, 2, … clients, and draws it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Exit codes: 0 measured, 1 some requests failed, 2 wrong arguments or no store."})
public final class LoadTestMain implements Callable<Integer> {
    @Mixin
    private StoreParameter store;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "probability",
            converter = Probability.class,
            defaultValue = "0.75",
            description = "Of buying a toy that was just looked at, in the mixed load (now ${DEFAULT-VALUE}).")
    private double probability;

    @Mixin
    private Settings settings;

    /** The first positional parameter. */
    static final class StoreParameter {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "host[:port]",
                converter = StoreAddress.class,
                defaultValue = "${env:TOYSTORE_STORE:-127.0.0.1:8080}",
                description = "The store's frontend (TOYSTORE_STORE; now ${DEFAULT-VALUE}; the port is 8080 if left"
                        + " out).")
        private Address address;
    }

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // plots are drawn on machines without a screen
        Program.main(new LoadTestMain(), args);
    }

    @Override
    public Integer call() throws Exception {
        return measure(List.of(Load.values()), store, probability, settings);
    }

    @Command(description = "Orders only, of one unit each.", mixinStandardHelpOptions = true)
    int buy(@Mixin StoreParameter store, @Mixin Settings settings) throws Exception {
        return measure(List.of(Load.BUY), store, 0, settings);
    }

    @Command(description = "Queries only.", mixinStandardHelpOptions = true)
    int query(@Mixin StoreParameter store, @Mixin Settings settings) throws Exception {
        return measure(List.of(Load.QUERY), store, 0, settings);
    }

    @Command(description = "Queries, each followed by an order with a probability.", mixinStandardHelpOptions = true)
    int mixed(
            @Mixin StoreParameter store,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "probability",
                            converter = Probability.class,
                            defaultValue = "0.75",
                            description = "Of buying a toy that was just looked at (now ${DEFAULT-VALUE}).")
                    double probability,
            @Mixin Settings settings)
            throws Exception {
        return measure(List.of(Load.MIXED), store, probability, settings);
    }

    private static int measure(List<Load> loads, StoreParameter store, double probability, Settings settings)
            throws Exception {
        return new Measurement(
                        settings.config(store.address, loads, probability, LocalDateTime.now(ZoneId.systemDefault())))
                .run();
    }
}
