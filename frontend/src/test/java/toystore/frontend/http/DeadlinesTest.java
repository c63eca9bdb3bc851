package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.http.TestServer.GET;
import static toystore.frontend.http.TestServer.LONG;
import static toystore.frontend.http.TestServer.read;
import static toystore.frontend.http.TestServer.readAll;
import static toystore.frontend.http.TestServer.readResponse;
import static toystore.frontend.http.TestServer.send;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import toystore.frontend.http.session.Deadlines;

/** Each deadline of a client, short while all others are long. No other connection waits for the thread. */
@OverEveryTransport
class DeadlinesTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final TestTransport transport;
    private TestServer server;

    DeadlinesTest(TestTransport transport) {
        this.transport = transport;
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void closesTheConnectionOfAClientThatSendsNothing() throws Exception {
        serve(new Deadlines(LONG, SHORT, LONG, LONG, LONG, LONG));

        assertThat(readAll(server.connect())).isEmpty();
    }

    @Test
    void closesTheConnectionOfAnIdleClient() throws Exception {
        serve(new Deadlines(LONG, LONG, LONG, LONG, LONG, SHORT));
        Socket peer = server.connect();

        send(peer, GET);

        assertThat(readAll(peer)).isEqualTo(hello());
        assertThat(server.server().timedOut()).isEqualTo(1);
    }

    @Test
    void sends408WhenTheHeadIsLate() throws Exception {
        serve(new Deadlines(LONG, LONG, SHORT, LONG, LONG, LONG));

        assertThat(responseTo("GET /hello HTTP/1.1\r\nHo"))
                .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                .contains("\r\nConnection: close\r\n", "\"the request did not arrive completely in 100 ms\"");
    }

    @Test
    void sends408WhenTheHeadIsLateThoughBytesKeepArriving() throws Exception {
        serve(new Deadlines(LONG, LONG, SHORT, LONG, LONG, LONG));
        Socket peer = server.connect();

        send(peer, "GET /hello HTTP/1.1\r\nX: ");
        await().until(() -> {
            send(peer, "x");
            return server.server().timedOut() == 1;
        });
        for (int i = 0; i < 100; i++) {
            send(peer, "x"); // it keeps sending, and still gets its response
        }

        assertThat(readResponse(peer)).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }

    @Test
    void sends408WhenTheContentIsLate() throws Exception {
        serve(new Deadlines(LONG, LONG, LONG, SHORT, LONG, LONG));

        assertThat(responseTo("POST /hello HTTP/1.1\r\nHost: store\r\nContent-Length: 2\r\n\r\nx"))
                .startsWith("HTTP/1.1 408 Request Timeout\r\n");
        assertThat(responseTo("POST /hello HTTP/1.1\r\nHost: store\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nx"))
                .startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }

    @Test
    void timesOutAClientThatDoesNotRead() throws Exception {
        serve(new Deadlines(LONG, LONG, LONG, LONG, SHORT, LONG));
        Socket peer = server.connect();

        assertThatThrownBy(() -> {
                    while (true) {
                        send(peer, GET.repeat(100));
                    }
                })
                .isInstanceOf(IOException.class);

        assertThat(server.server().timedOut()).isEqualTo(1);
        await().until(() -> server.exchanges().stream().anyMatch(exchange -> !exchange.delivered()));
    }

    @Test
    void acceptsARequestInPartsWithinTheDeadlines() throws Exception {
        serve(TestServer.within(LONG));
        Socket peer = server.connect();

        for (int i = 0; i < GET.length(); i++) {
            send(peer, GET.substring(i, i + 1));
        }

        assertThat(read(peer, hello().length())).isEqualTo(hello());
    }

    @Test
    void acceptsDeadlinesFromAMillisecondToADay() {
        assertThatThrownBy(() -> new Deadlines(LONG, LONG, Duration.ZERO, LONG, LONG, LONG))
                .hasMessage("the head timeout is 0 ms; expected 1 ms to 24 h");
        assertThatThrownBy(() -> new Deadlines(LONG, LONG, LONG, LONG, LONG, Duration.ofHours(25)))
                .hasMessage("the idle timeout is 90000000 ms; expected 1 ms to 24 h");
        assertThat(new Deadlines(LONG, LONG, LONG, LONG, LONG, Duration.ofHours(24)))
                .isNotNull();
    }

    private String responseTo(String request) throws IOException {
        Socket peer = server.connect();
        send(peer, request);
        return readResponse(peer);
    }

    private void serve(Deadlines deadlines) throws IOException {
        server = new TestServer(2, 10, deadlines, TestServer::echo, transport);
    }

    private String hello() {
        return TestServer.hello(transport);
    }
}
