package toystore.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.service.TraceReader.Span;

class TraceCommandTest {
    @TempDir
    Path data;

    private Path logs;

    @BeforeEach
    void makeFolder() throws IOException {
        logs = Files.createDirectory(data.resolve("logs"));
    }

    @Test
    void printsTheWayOfARequestThroughTheServices() throws Exception {
        write("frontend", """
                2026-11-22T23:59:59.700000Z INFO  [frontend-session-1] 7d1f-0 POST /orders 201 102 bytes to 127.0.0.1 in 3.214 ms
                2026-11-23T00:00:00.001500Z INFO  [frontend-session-1] 7d1f POST /orders 201 102 bytes to 127.0.0.1 in 3.214 ms
                """);
        write("orders", """
                2026-11-23T00:00:00.000700Z WARN  [orders-session-3] 7d1f tried again in 100 ms
                  2026-11-23T00:00:00.000800Z INFO  [orders-session-3] 7d1f place 1 in 2.500 ms
                2026-11-23T00:00:00.000900Z INFO  [orders-session-3] - who wants "[x] 7d1f place 1 in 2.500 ms"?
                2026-11-23T00:00:00.001000Z INFO  [orders-session-3] 7d1f place 1 in 2.500 ms
                """);
        write("catalog", """
                2026-11-23T00:00:00.000100Z INFO  [catalog-session-2] 7d1f reserve 404 out_of_stock in 0.120 ms
                """);

        assertThat(print("7d1f", UTF_8)).isEqualTo("""
                start                          after ms  service   thread                   took ms  what
                2026-11-22T23:59:59.998286Z       0.000  frontend  frontend-session-1         3.214  POST /orders 201 102 bytes to 127.0.0.1
                2026-11-22T23:59:59.998500Z       0.214  orders    orders-session-3           2.500  place 1
                2026-11-22T23:59:59.999980Z       1.694  catalog   catalog-session-2          0.120  reserve 404 out_of_stock
                2026-11-23T00:00:00.000700Z       2.414  orders    orders-session-3               -  WARN tried again in 100 ms

                service   span                          after ms     took ms
                frontend  POST /orders 201 102 bytes       0.000       3.214  ████████████████████████████████████████
                orders    place 1                          0.214       2.500     ███████████████████████████████
                catalog   reserve 404 out_of_stock         1.694       0.120                       ██
                """);
    }

    @Test
    void drawsThePhasesOfTheLinesToScale() throws Exception {
        writeAnOrder();

        assertThat(print("7d1f", UTF_8)).endsWith("""
                2026-11-23T00:00:00.000000Z       0.000  frontend  frontend-session-1        10.000  POST /orders 201 102 bytes
                2026-11-23T00:00:00.001000Z       1.000  orders    orders-log                 8.000  place 1
                2026-11-23T00:00:00.012000Z      12.000  orders    order-feed                 0.500  apply 1

                service   span                          after ms     took ms
                frontend  POST /orders 201 102 bytes       0.000      10.000  ████████████████████████████████████████
                            parse                          0.000       1.000  ████
                            orders                         1.000       8.500      ██████████████████████████████████
                            reply                          9.500       0.500                                        ██
                orders    place 1                          1.000       8.000      ████████████████████████████████
                            check                          1.000       0.100      ▏
                            reserve                        1.100       1.900      ████████
                            queue                          3.000       0.000              ▏
                            write                          3.000       6.000              ████████████████████████
                orders    apply 1                         12.000       0.500                                          →
                """);
    }

    @Test
    void drawsInAsciiWhereTheCharsetHasNoBlocks() throws Exception {
        writeAnOrder();

        assertThat(print("7d1f", US_ASCII))
                .isEqualTo(
                        print("7d1f", UTF_8).replace('█', '#').replace('▏', '|').replace('→', '>'));
    }

    @Test
    void printsTheWayOfARequestThatWasSentToTwoCells() throws Exception {
        logs = Files.createDirectories(data.resolve("cell-2/logs"));
        write("orders", "2026-11-23T00:00:00.002500Z INFO  [orders-session-3] 7d1f place 1 in 0.500 ms\n");
        logs = Files.createDirectories(data.resolve("cell-1/logs"));
        write("orders", "2026-11-23T00:00:00.001000Z INFO  [orders-session-1] 7d1f place 1 in 1.000 ms\n");
        logs = Files.createDirectories(data.resolve("cell-x/logs"));
        write("orders", "2026-11-23T00:00:00.001000Z INFO  [orders-session-1] 7d1f place 2 in 1.000 ms\n");

        assertThat(print("7d1f", UTF_8)).isEqualTo("""
                start                          after ms  service        thread                   took ms  what
                2026-11-23T00:00:00.000000Z       0.000  cell-1 orders  orders-session-1           1.000  place 1
                2026-11-23T00:00:00.002000Z       2.000  cell-2 orders  orders-session-3           0.500  place 1

                service        span                          after ms     took ms
                cell-1 orders  place 1                          0.000       1.000  ████████████████████████████████████████
                cell-2 orders  place 1                          2.000       0.500                                          →
                """);
    }

    @Test
    void returnsThePhasesOfALineAsSpansThatFollowEachOther() throws Exception {
        writeAnOrder();

        List<Span> spans = new TraceReader(logs).spans("7d1f");

        assertThat(spans).hasSize(10);
        Instant start = Instant.parse("2026-11-23T00:00:00.001Z");
        assertThat(spans.subList(4, 7))
                .containsExactly(
                        new Span("orders", "place 1", start, Duration.ofMillis(8)),
                        new Span("orders", "check", start, Duration.ofNanos(100_000)),
                        new Span("orders", "reserve", start.plusNanos(100_000), Duration.ofNanos(1_900_000)));
        assertThat(new TraceReader(logs).spans("7d1f-0")).isEmpty();
    }

    /** The target of a request is that of a stranger, who may write anything in it but a space. */
    @Test
    void takesNoTargetOfARequestForPhases() throws Exception {
        write("frontend", """
                2026-11-23T00:00:00.001500Z INFO  [frontend-session-1] a GET /:parse,1.000: 404 102 bytes in 3.214 ms
                """);

        assertThat(print("a", UTF_8).lines().skip(1))
                .singleElement()
                .asString()
                .endsWith(" GET /:parse,1.000: 404 102 bytes");
    }

    private void writeAnOrder() throws IOException {
        write("frontend", """
                2026-11-23T00:00:00.010000Z INFO  [frontend-session-1] 7d1f POST /orders 201 102 bytes: parse 1.000, \
                orders 8.500, reply 0.500 in 10.000 ms
                """);
        write("orders", """
                2026-11-23T00:00:00.009000Z INFO  [orders-log] 7d1f place 1: check 0.100, reserve 1.900, queue 0.000, \
                write 6.000 in 8.000 ms
                2026-11-23T00:00:00.012500Z INFO  [order-feed] 7d1f apply 1 in 0.500 ms
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "2028-03-01T00:00:00.000001Z, 0.002, 2028-02-29T23:59:59.999999Z",
        "2100-03-01T00:00:00.000000Z, 0.001, 2100-02-28T23:59:59.999999Z",
        "2027-01-01T00:00:01.500000Z, 86400000.000, 2026-12-31T00:00:01.500000Z",
    })
    void findsWhenARequestBegan(String written, String took, String start) throws Exception {
        write("orders", written + " INFO  [orders-log] a place 1 in " + took + " ms\n");

        assertThat(table("a").lines().skip(1)).singleElement().asString().startsWith(start + "       0.000  orders ");
    }

    @Test
    void putsACallerBeforeWhatItCallsIfBothBeginAtOnce() throws Exception {
        write("orders", "2026-11-23T00:00:00.000500Z INFO  [orders-log] a place 1 in 0.100 ms\n");
        write("catalog", "2026-11-23T00:00:00.001400Z INFO  [catalog-session-1] a reserve 1 in 1.000 ms\n");

        assertThat(table("a").lines().skip(1))
                .satisfiesExactly(
                        first -> assertThat(first).contains("reserve"),
                        second -> assertThat(second).contains("place"));
    }

    /** As on a busy machine, or on machines whose clocks differ. */
    @Test
    void movesACallIntoTheTimeThatItsCallerWaitedForIt() throws Exception {
        write("frontend", """
                2026-11-23T00:00:00.010000Z INFO  [frontend-session-1] a POST /orders 201 102 bytes: parse 1.000, \
                orders 8.500, reply 0.500 in 10.000 ms
                """);
        write("orders", """
                2026-11-23T00:00:00.005000Z INFO  [orders-log] a place 1: check 0.100, reserve 1.900, queue 0.000, \
                write 6.000 in 8.000 ms
                2026-11-23T00:00:00.004500Z INFO  [order-feed] a apply 1 in 0.500 ms
                """);
        write("catalog", """
                2026-11-22T23:59:59.990000Z INFO  [catalog-session-2] a reserve 1 in 0.120 ms
                """);

        assertThat(table("a").lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("2026-11-23T00:00:00.000000Z       0.000  frontend "),
                        line -> assertThat(line)
                                .startsWith("2026-11-23T00:00:00.001000Z       1.000  orders ")
                                .contains("place 1"),
                        line -> assertThat(line).startsWith("2026-11-23T00:00:00.001100Z       1.100  catalog "),
                        line -> assertThat(line)
                                .startsWith("2026-11-23T00:00:00.009000Z       9.000  orders ")
                                .contains("apply 1"));
    }

    @Test
    void movesAQueryAtTheCatalogIntoTheTimeOfItsRequest() throws Exception {
        write("frontend", """
                2026-11-23T00:00:00.010000Z INFO  [frontend-session-1] a GET /products/Tux 200 51 bytes in 2.000 ms
                """);
        write("catalog", """
                2026-11-23T00:00:00.007500Z INFO  [catalog-session-2] a find 1 in 1.000 ms
                """);

        assertThat(table("a").lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("2026-11-23T00:00:00.008000Z       0.000  frontend "),
                        line -> assertThat(line).startsWith("2026-11-23T00:00:00.008000Z       0.000  catalog "));
    }

    /** The cells are on different machines, and each has its part of an order that was sent to both. */
    @Test
    void movesACallIntoTheTimeOfTheNearestCallerInItsCell() throws Exception {
        String line =
                "2026-11-23T00:00:00.0%s0000Z INFO  [frontend-session-1] a POST /orders 201 102 bytes: parse 0.000, "
                        + "orders 10.000, reply 0.000 in 10.000 ms\n";
        logs = Files.createDirectories(data.resolve("cell-1/logs"));
        write("frontend", line.formatted("1") + line.formatted("5"));
        write("orders", "2026-11-23T00:00:00.061000Z INFO  [orders-session-3] a place 1 in 5.000 ms\n");
        logs = Files.createDirectories(data.resolve("cell-2/logs"));
        write("frontend", line.formatted("6"));

        assertThat(table("a").lines().filter(row -> row.contains("orders-session-3")))
                .singleElement()
                .asString()
                .startsWith("2026-11-23T00:00:00.050000Z ");
    }

    @Test
    void leavesACallThatEndsAfterItsCallerHasGivenUp() throws Exception {
        write("frontend", """
                2026-11-23T00:00:05.000000Z INFO  [frontend-session-1] a POST /orders 503 102 bytes: parse 0.000, \
                orders 5000.000, reply 0.000 in 5000.000 ms
                """);
        write("orders", "2026-11-23T00:00:07.900000Z INFO  [orders-log] a place 1 in 3000.000 ms\n");

        assertThat(table("a")).contains("2026-11-23T00:00:04.900000Z    4900.000  orders ");
    }

    @Test
    void readsALogWithBytesThatAreNotText() throws Exception {
        write("orders", "2026-11-23T00:00:00.000500Z INFO  [orders-log] a place 1 in 0.100 ms\n");
        Files.write(logs.resolve("frontend.log"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, '\n'});

        assertThat(table("a")).contains("place 1");
    }

    @Test
    void saysThatThereIsNoLogYet() {
        assertThatThrownBy(() -> table("7d1f"))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no log yet in " + logs + "; --data names the folder of a store");
    }

    @Test
    void saysThatNoLogHasTheRequest() throws Exception {
        write("orders", "2026-11-23T00:00:00.001000Z INFO  [orders-session-3] 7d1f place 1 in 2.500 ms\n");
        write("catalog", "");

        assertThatThrownBy(() -> table("7d1"))
                .isInstanceOf(IOException.class)
                .hasMessage("no log of the store in " + data + " has a request with the id 7d1;"
                        + " a store logs requests if it was opened with TOYSTORE_ACCESS_LOG=on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "a b", "7d1f\n", "a*"})
    void refusesWhatIsNotTheIdOfARequest(String id) {
        assertThatThrownBy(() -> table(id)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table("x".repeat(129))).isInstanceOf(IllegalArgumentException.class);
    }

    private void write(String service, String lines) throws IOException {
        Files.writeString(logs.resolve(service + ".log"), lines);
    }

    /** What is printed before the chart. */
    private String table(String id) throws IOException {
        return print(id, UTF_8).replaceFirst("(?s)\n\n.*", "\n");
    }

    private String print(String id, Charset charset) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TraceCommand.print(data, id, new PrintStream(out, true, charset), charset);
        return out.toString(charset);
    }
}
