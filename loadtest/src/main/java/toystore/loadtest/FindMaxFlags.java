package toystore.loadtest;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.common.cli.ProbabilityConverter;
import toystore.loadtest.expect.Expectation;
import toystore.loadtest.load.Arrivals;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.StopCondition;
import toystore.loadtest.plan.FindMax;
import toystore.loadtest.scenario.Shop;

/** The flags of the search for the highest rate. */
final class FindMaxFlags {
    @Option(
            names = "--slo",
            required = true,
            paramLabel = "EXPECTATION",
            converter = Expectation.Converter.class,
            description = "What must hold: p99<10ms, errors<0.1%% … May be given several times.")
    private List<Expectation> objectives;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            converter = ScenarioConverter.class,
            description = "query, buy or mixed (query, or mixed if there is a probability).")
    private ScenarioConverter.Name scenario;

    @Option(
            names = "--probability",
            paramLabel = "N",
            converter = ProbabilityConverter.class,
            description = "Of buying what was just looked at, in the mixed load (else 0.75).")
    private Double probability;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_CLIENTS:-10}",
            description = "Connections; as many requests can be under way at once (TOYSTORE_CLIENTS; now"
                    + " ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "500",
            description = "Requests per second to begin with (now ${DEFAULT-VALUE}).")
    private double from;

    @Option(
            names = "--precision",
            paramLabel = "PERCENT",
            converter = PercentConverter.class,
            defaultValue = "5%",
            description = "How much too low the rate may be that is found (now ${DEFAULT-VALUE}).")
    private double precision;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_DURATION:-5s}",
            description = "Of each run, at least (TOYSTORE_DURATION; now ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "Requests of each run, at least: low rates take longer for that, up to a minute. 10000 leave a"
                            + " hundred beyond p99 (now ${DEFAULT-VALUE}).")
    private long samples;

    @Option(
            names = "--arrivals",
            paramLabel = "HOW",
            converter = ArrivalsConverter.class,
            defaultValue = "${env:TOYSTORE_ARRIVALS:-constant}",
            description = "constant or poisson (TOYSTORE_ARRIVALS; now ${DEFAULT-VALUE}).")
    private Arrivals arrivals;

    FindMax search(Shop shop, Duration timeout) {
        if (samples < 1) {
            throw new IllegalArgumentException("--samples is " + samples + "; expected 1 or more");
        }
        Step first = new Step(
                ScenarioConverter.chosen(scenario, probability != null)
                        .scenario(shop, probability == null ? ScenarioConverter.PROBABILITY : probability),
                clients,
                new LoadModel.Open(from, arrivals),
                StopCondition.lasting(duration),
                timeout,
                0);
        String objective = objectives.stream().map(Expectation::toString).collect(Collectors.joining(" and "));
        return new FindMax(
                first,
                samples,
                precision / 100,
                objective,
                run -> objectives.stream().allMatch(slo -> slo.holds(run)));
    }
}
