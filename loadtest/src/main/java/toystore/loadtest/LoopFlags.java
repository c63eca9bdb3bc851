package toystore.loadtest;

import java.time.Duration;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.loadtest.load.Arrivals;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.StopCondition;
import toystore.loadtest.scenario.Scenario;

/** The flags of every command that measures one step. */
final class LoopFlags {
    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_CLIENTS:-5}",
            description = "Clients at once, each with a connection (TOYSTORE_CLIENTS; now ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_DURATION:-10s}",
            description = "How long (TOYSTORE_DURATION; now ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(names = "--requests", paramLabel = "N", description = "So many requests instead, however long they take.")
    private Long requests;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Open loop: send so many requests per second, whether earlier ones are answered or not; the"
                    + " latency counts from when a request was due. Without it, each client asks again when it is"
                    + " answered.")
    private Double rate;

    @Option(
            names = "--arrivals",
            paramLabel = "HOW",
            converter = ArrivalsConverter.class,
            defaultValue = "${env:TOYSTORE_ARRIVALS:-constant}",
            description = "Of an open loop: constant, at even distances, or poisson, independently of each other"
                    + " (TOYSTORE_ARRIVALS; now ${DEFAULT-VALUE}).")
    private Arrivals arrivals;

    Step step(Scenario scenario, Duration timeout) {
        LoadModel pace = rate == null ? new LoadModel.Closed() : new LoadModel.Open(rate, arrivals);
        StopCondition extent = requests == null ? StopCondition.lasting(duration) : StopCondition.ofRequests(requests);
        return new Step(scenario, clients, pace, extent, timeout, 0);
    }
}
