package toystore.loadtest.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.loadtest.ScriptedServer;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Run.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.scenario.Url;

/** The line of a run on a terminal. */
class ProgressOnTerminalTest {
    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(stderr);
    }

    @Test
    void showsTheFiguresOfTheWholeRunAtItsEnd() throws Exception {
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> ScriptedServer.ok("ok"));
                Progress progress = new Progress.OnTerminal()) {
            Url url = new Url(Origin.http(server.address()), HttpRequest.get(server.address(), "/"));
            Step step =
                    new Step(url, 1, new LoadModel.Closed(), StopCondition.ofRequests(200), Duration.ofSeconds(10), 0);
            RunMeasurement measured = new Run(step, null, new SplittableRandom(1), System.nanoTime())
                    .run(IntervalLog.NONE, interval -> {});

            progress.begin(step, step.name(), "step 1 of 1");
            progress.onInterval(new IntervalStats(1, 0.058, 1, 0, 300, 300, 300, 0L));
            progress.end(measured);

            String last = err.toString(UTF_8).strip();
            last = last.substring(last.lastIndexOf('\r') + 1);
            assertThat(last)
                    .startsWith("step 1 of 1, url, 1 client: "
                            + ResultsTable.rate(measured.result().rate()) + "/s, p50 ")
                    .contains(", 0 failed");
        }
    }
}
