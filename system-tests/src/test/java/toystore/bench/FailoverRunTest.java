package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import toystore.client.http.Origin;

class FailoverRunTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Set<String> placed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean down;

    @Test
    void sendsAnOrderThatFailsAgainWithItsKey() throws Exception {
        try (CeilingServer cell = CeilingServer.start(0, this::serve)) {
            FailoverRun run = new FailoverRun(Origin.http(cell.address()), 1, 10);
            try (run) {
                run.awaitOrders(3, LONG);
                down = true;
                await().until(() -> refused.get() >= 2);
                down = false;
                run.awaitOrders(3, LONG);
            }

            assertThat(run.acknowledged()).isEqualTo(placed);
        }
    }

    @Test
    void measuresTheLongestTimeWithoutOrders() throws Exception {
        try (CeilingServer cell = CeilingServer.start(0, this::serve);
                FailoverRun run = new FailoverRun(Origin.http(cell.address()), 1, 10)) {
            run.awaitOrders(3, LONG);
            run.resetGap();
            down = true;
            await().until(() -> refused.get() >= 1); // the shopper has no other order under way
            long start = System.nanoTime();
            await().until(() -> refused.get() >= 20);
            double atLeast = (System.nanoTime() - start) / 1e9;
            assertThat(run.longestGap()).isGreaterThanOrEqualTo(atLeast);
            down = false;
            run.awaitOrders(3, LONG);

            assertThat(run.longestGap()).isGreaterThanOrEqualTo(atLeast);
        }
    }

    @Test
    void failsIfNoMoreOrdersAreAcknowledged() throws Exception {
        down = true;
        try (CeilingServer cell = CeilingServer.start(0, this::serve);
                FailoverRun run = new FailoverRun(Origin.http(cell.address()), 1, 10)) {
            assertThatThrownBy(() -> run.awaitOrders(1, Duration.ZERO))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the store acknowledged fewer than 1 orders in 0 s");
        }
    }

    private void serve(InputStream in, OutputStream out) throws IOException {
        byte[] request = new byte[1024];
        for (int read = in.read(request); read > 0; read = in.read(request)) {
            String text = new String(request, 0, read, UTF_8);
            String status = "201 Created";
            if (down) {
                status = "503 Service Unavailable";
                refused.incrementAndGet();
            } else {
                placed.add(text.replaceFirst("(?s).*Idempotency-Key: ([^\r]*)\r.*", "$1"));
            }
            out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\n{}").getBytes(UTF_8));
        }
    }
}
