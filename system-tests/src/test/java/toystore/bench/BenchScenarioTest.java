package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;

class BenchScenarioTest {
    private static final byte[] OK = bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    private static final byte[] CREATED = bytes("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
    private static final byte[] UNREADY = bytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}");

    @Test
    void countsOnlyTheExpectedStatusAsAnswered() throws Exception {
        Sample sample = run(inTurn(OK, OK, CREATED, OK, UNREADY), 200, 10);

        assertThat(sample.answered()).isEqualTo(6);
        assertThat(sample.failed()).isEqualTo(4);
        assertThat(sample.example()).matches("status (201|503) instead of 200: \\{\\}");
        assertThat(sample.rate()).isPositive();
    }

    @Test
    void hasNoLatencyWhenNothingIsAnswered() throws Exception {
        Sample sample = run(inTurn(UNREADY), 201, 3);

        assertThat(sample.answered()).isZero();
        assertThat(sample.failed()).isEqualTo(3);
        assertThat(sample.p50()).isNaN();
    }

    @Test
    void recordsAResponseOnceTheStoreIsReady() throws IOException {
        try (CeilingServer store = CeilingServer.start(1, inTurn(UNREADY, UNREADY, CREATED))) {
            HttpRequest order = HttpRequest.of(store.address(), "POST", "/orders", Map.of(), bytes("{}"));

            assertThat(BenchCluster.recordResponse(order, 201, store.address())).isEqualTo(CREATED);
        }
    }

    private static Sample run(CeilingServer.Session session, int status, long requests) throws Exception {
        try (CeilingServer server = CeilingServer.start(1, session)) {
            Address target = server.address();
            BenchScenario scenario =
                    new BenchScenario(Origin.http(target), List.of(HttpRequest.get(target, "/products/Tux")), status);
            Step step = new Step(
                    scenario, 1, new LoadModel.Closed(), StopCondition.ofRequests(requests), Duration.ofSeconds(5), 0);
            Run run = new Run(step, null, new SplittableRandom(1), System.nanoTime());
            return Sample.of(run.run(IntervalLog.NONE, moment -> {}));
        }
    }

    /** Sends these responses in turn. */
    private static CeilingServer.Session inTurn(byte[]... responses) {
        AtomicInteger requests = new AtomicInteger();
        return (in, out) -> {
            byte[] request = new byte[1024];
            while (in.read(request) > 0) {
                out.write(responses[requests.getAndIncrement() % responses.length]);
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
