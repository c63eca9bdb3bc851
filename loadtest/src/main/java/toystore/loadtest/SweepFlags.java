package toystore.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.loadtest.load.Arrivals;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.StopCondition;
import toystore.loadtest.plan.LoadTest;
import toystore.loadtest.plan.Series;
import toystore.loadtest.plan.Steps;
import toystore.loadtest.result.Axis;
import toystore.loadtest.scenario.Shop;

/** The flags of a sweep: one of three has several values, which the steps go through. */
final class SweepFlags {
    private static final Series FIVE_CLIENTS = new Series(Axis.CLIENTS, List.of(5.0));

    @Option(
            names = "--clients",
            paramLabel = "SERIES",
            converter = Series.OfClients.class,
            description = "Clients at once: 1,2,4,…,64 or 1..64 to go through, or one number (else 5).")
    private Series clients = FIVE_CLIENTS;

    @Option(
            names = "--probability",
            paramLabel = "SERIES",
            converter = Series.OfProbabilities.class,
            description =
                    "Of buying what was just looked at, in the mixed load: 0,0.2,…,0.8 or 0..1 to go through, or one"
                            + " number (else 0.75).")
    private Series probability;

    @Option(
            names = "--rate",
            paramLabel = "SERIES",
            converter = Series.OfRates.class,
            description = "Open loop, requests per second: 500..20000 or 500,1000,2000 to go through, or one number.")
    private Series rate;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            converter = ScenarioConverter.class,
            description = "query, buy or mixed (query, or mixed if there is a probability).")
    private ScenarioConverter.Name scenario;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_DURATION:-5s}",
            description = "Of each step (TOYSTORE_DURATION; now ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(
            names = "--arrivals",
            paramLabel = "HOW",
            converter = ArrivalsConverter.class,
            defaultValue = "${env:TOYSTORE_ARRIVALS:-constant}",
            description = "Of an open loop: constant or poisson (TOYSTORE_ARRIVALS; now ${DEFAULT-VALUE}).")
    private Arrivals arrivals;

    /** The steps; each may use up its share of what can be bought. */
    Steps steps(Shop shop, Duration timeout, int repeat) {
        Series swept = swept();
        List<Double> probabilities =
                probability == null ? List.of(ScenarioConverter.PROBABILITY) : probability.values();
        List<Double> rates = rate == null ? Stream.of((Double) null).toList() : rate.values();
        ScenarioConverter.Name name = ScenarioConverter.chosen(scenario, probability != null);
        long runs = swept.values().size();
        long stock = (shop.stock().total() - LoadTest.warmUpOrders(shop.stock())) / repeat;
        List<Step> steps = new ArrayList<>();
        for (double p : probabilities) {
            for (Double r : rates) {
                for (int n : clients.whole()) {
                    LoadModel pace = r == null ? new LoadModel.Closed() : new LoadModel.Open(r, arrivals);
                    long keep = stock * (runs - 1 - steps.size()) / runs;
                    steps.add(
                            new Step(name.scenario(shop, p), n, pace, StopCondition.lasting(duration), timeout, keep));
                }
            }
        }
        return new Steps(swept.axis(), steps);
    }

    private Series swept() {
        List<Series> several = Stream.of(clients, probability, rate)
                .filter(series -> series != null && series.values().size() > 1)
                .toList();
        if (several.size() != 1) {
            throw new IllegalArgumentException((several.isEmpty() ? "none" : "more than one")
                    + " of --clients, --probability and --rate has several values; expected one to go through, such"
                    + " as --clients 1..64");
        }
        return several.get(0);
    }
}
