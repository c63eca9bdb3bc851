package toystore.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.common.Address;

class HttpConnectionTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private ServerSocket listener;
    private HttpConnection connection;
    private final AtomicInteger unsolicitedSeen = new AtomicInteger();

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        connection = new HttpConnection(Origin.http(new Address("127.0.0.1", listener.getLocalPort())));
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        listener.close();
    }

    @Test
    void sendsAdditionalFieldsAndTimesOut() throws Exception {
        Timeouts timeouts = new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(100));
        List<String> requests = new ArrayList<>();
        Thread server = serve(socket -> {
            requests.add(request(socket));
            assertThat(socket.getInputStream().read()).isNegative(); // waits until the client closes
        });

        try (var impatient =
                new HttpConnection(Origin.http(new Address("127.0.0.1", listener.getLocalPort())), timeouts)) {
            assertThatThrownBy(() -> impatient.send("PUT", "/products/Tux", Map.of("Authorization", "Bearer x"), "{}"))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageEndingWith("did not respond within 100 ms");
        }
        server.join();
        assertThat(requests)
                .singleElement()
                .asString()
                .contains("PUT /products/Tux HTTP/1.1\r\n", "Authorization: Bearer x\r\n");
    }

    @Test
    void sendsRequestsOnOneConnection() throws Exception {
        List<String> requests = new ArrayList<>();
        Thread server = serve(socket -> {
            for (int i = 0; i < 2; i++) {
                requests.add(request(socket));
                respond(socket, OK);
            }
        });

        assertThat(connection.get("/products").body()).asString(UTF_8).isEqualTo("ok");
        assertThat(connection.post("/orders", "{\"n\":\"ü\"}").status()).isEqualTo(200);
        server.join();

        String host = "Host: 127.0.0.1:" + listener.getLocalPort() + "\r\n";
        assertThat(requests)
                .containsExactly(
                        "GET /products HTTP/1.1\r\n" + host + "\r\n",
                        "POST /orders HTTP/1.1\r\n" + host
                                + "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"n\":\"ü\"}");
    }

    @Test
    void opensANewConnectionAfterConnectionClose() throws Exception {
        Thread server = serve(
                socket -> {
                    request(socket);
                    respond(socket, "HTTP/1.1 404 Not Found\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n");
                },
                socket -> {
                    request(socket);
                    respond(socket, OK);
                });

        assertThat(connection.get("/a").status()).isEqualTo(404);
        assertThat(connection.post("/b", "{}").status()).isEqualTo(200);
        server.join();
    }

    @Test
    void repeatsAQueryButNoOrderAfterTheServerHasClosedTheConnection() throws Exception {
        Thread server = serve(
                socket -> {
                    request(socket);
                    respond(socket, OK);
                },
                socket -> {
                    request(socket);
                    respond(socket, OK);
                });

        try (var trusting = trusting()) {
            assertThat(trusting.get("/a").status()).isEqualTo(200);
            assertThat(trusting.get("/b").status()).isEqualTo(200);
            server.join();
            assertThatThrownBy(() -> trusting.post("/orders", "{}")).isInstanceOf(IOException.class);
        }
        listener.setSoTimeout(100);
        assertThatThrownBy(() -> listener.accept()).isInstanceOf(SocketTimeoutException.class); // no second connection
    }

    @Test
    void repeatsAQueryTwiceAndNoOrderIfNewConnectionsEndWithoutAResponse() throws Exception {
        Thread server = serve(
                HttpConnectionTest::request,
                HttpConnectionTest::request,
                socket -> {
                    request(socket);
                    respond(socket, OK);
                },
                HttpConnectionTest::request,
                HttpConnectionTest::request,
                HttpConnectionTest::request,
                HttpConnectionTest::request);

        try (var trusting = trusting()) {
            assertThat(trusting.get("/a").status()).isEqualTo(200);
        }
        try (var trusting = trusting()) {
            assertThatThrownBy(() -> trusting.get("/b"))
                    .hasMessageEndingWith("closed the connection before a response");
            assertThatThrownBy(() -> trusting.post("/orders", "{}")).isInstanceOf(IOException.class);
        }
        server.join();
        listener.setSoTimeout(100);
        assertThatThrownBy(() -> listener.accept())
                .isInstanceOf(SocketTimeoutException.class); // the order was sent once
    }

    @Test
    void repeatsAQueryWhoseConnectionWasReset() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        Script respondAndReset = socket -> {
            request(socket);
            socket.setSoLinger(true, 0);
            respond(socket, OK);
            awaitUninterrupted(read);
        };
        Thread server = serve(respondAndReset, respondAndReset);
        try (var trusting = trusting()) {
            assertThat(trusting.get("/a").status()).isEqualTo(200);
            read.countDown();
            assertThat(trusting.get("/b").status()).isEqualTo(200);
        }
        server.join();
    }

    @Test
    void sendsAnOrderOnANewConnectionAfterTheServerHasClosedTheOldOne() throws Exception {
        try (var checked = checking()) {
            Script respondOnce = socket -> {
                request(socket);
                respond(socket, OK);
            };
            Thread server = serve(respondOnce);
            assertThat(checked.get("/a").status()).isEqualTo(200);
            server.join();

            server = serve(respondOnce);
            assertThat(checked.post("/orders", "{}").status()).isEqualTo(200);
            server.join();
        }
    }

    @Test
    void keepsAConnectionThatTheServerKeepsOpen() throws Exception {
        try (var checked = checking()) {
            Thread server = serve(socket -> {
                for (int i = 0; i < 3; i++) {
                    request(socket);
                    respond(socket, OK);
                }
            });

            for (int i = 0; i < 3; i++) {
                assertThat(checked.post("/orders", "{}").status()).isEqualTo(200);
            }
            server.join();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK~Content-Length: 5~~stray",
                "HTTP/1.1 408 Request Timeout~Connection: close~Content-Length: 0~~",
                "x"
            })
    void ignoresDataThatArrivesBeforeTheRequest(String unsolicited) throws Exception {
        CountDownLatch responded = new CountDownLatch(1);
        Thread server = serve(
                socket -> {
                    request(socket);
                    respond(socket, OK);
                    awaitUninterrupted(responded);
                    respond(socket, unsolicited.replace("~", "\r\n"));
                },
                socket -> {
                    assertThat(request(socket)).startsWith("POST /orders ");
                    respond(socket, OK);
                });
        try (var trusting = trusting()) {
            assertThat(trusting.get("/a").body()).asString(UTF_8).isEqualTo("ok");
            assertThat(trusting.hasUnsolicited()).isFalse();
            responded.countDown();
            await().until(trusting::hasUnsolicited);

            assertThat(trusting.post("/orders", "{}").body()).asString(UTF_8).isEqualTo("ok");
            assertThat(unsolicitedSeen).hasValue(1);
        }
        server.join();
    }

    @Test
    void countsDataReadTogetherWithTheLastResponseAndOpensAnotherConnection() throws Exception {
        Thread server = serve(
                socket -> {
                    request(socket);
                    respond(socket, OK + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray");
                },
                socket -> {
                    request(socket);
                    respond(socket, OK);
                });
        try (var trusting = trusting()) {
            assertThat(trusting.get("/a").body()).asString(UTF_8).isEqualTo("ok");
            assertThat(trusting.get("/b").body()).asString(UTF_8).isEqualTo("ok");
            assertThat(unsolicitedSeen).hasValue(1);
        }
        server.join();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSH-2.0-OpenSSH~|does not respond in HTTP/1.1",
                "HTTP/1.1 abc OK~~|does not respond in HTTP/1.1",
                "HTTP/1.1 200 OK~Content-Length: x~~|an invalid Content-Length: \"x\"",
                "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 2~~|an invalid Content-Length: \"2\"",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~g~|a chunk with the invalid size \"g\"",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~xy~|a chunk that is longer than its size",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~xy|closed the connection within a response",
                "HTTP/1.1 200 OK~Content-Length: 9~~short|closed the connection within a response",
                "HTTP/1.1 200 OK~Content-Le|closed the connection before a response",
            })
    void reportsAnInvalidResponse(String response, String message) throws Exception {
        Thread server = serve(socket -> {
            request(socket);
            respond(socket, response.replace("~", "\r\n"));
        });

        assertThatThrownBy(() -> connection.get("/"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
        server.join();
    }

    @Test
    void reportsARefusedConnection() throws Exception {
        listener.close();

        assertThatThrownBy(() -> connection.get("/"))
                .hasMessage("127.0.0.1:" + listener.getLocalPort() + " cannot be reached: the connection is refused");
    }

    @Test
    void readsTheStatusAndTheWholeBody() throws Exception {
        String body = "x".repeat(100_000);
        Thread server = serve(socket -> {
            request(socket);
            respond(socket, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100000\r\n\r\n" + body);
        });

        Response response = connection.get("/");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).asString(UTF_8).isEqualTo(body);
        server.join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2;x=y~ok~1~!~0~Trailer: t~~",
                "HTTP/1.1 100 Continue~~HTTP/1.1 103 Early Hints~Link: x~~HTTP/1.1 200 OK~CONTENT-LENGTH:3~~ok!",
                "HTTP/1.0 200 OK~~ok!",
                "HTTP/1.1 200~Connection: close~~ok!",
            })
    void findsTheEndOfAResponseInEveryFraming(String text) throws Exception {
        Script whole = socket -> {
            request(socket);
            respond(socket, text.replace("~", "\r\n"));
        };
        Script byteByByte = socket -> {
            request(socket);
            for (char c : text.replace("~", "\r\n").toCharArray()) {
                respond(socket, String.valueOf(c));
            }
        };
        Thread server = serve(whole, byteByByte);

        assertThat(connection.get("/").body()).asString(UTF_8).isEqualTo("ok!");
        connection.close();
        assertThat(connection.get("/").body()).asString(UTF_8).isEqualTo("ok!");
        server.join();
    }

    @Test
    void knowsThatSomeResponsesHaveNoBody() throws Exception {
        Thread server = serve(socket -> {
            request(socket);
            respond(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            request(socket);
            respond(socket, "HTTP/1.1 204 No Content\r\n\r\n");
            request(socket);
            respond(socket, OK);
        });
        Address address = new Address("127.0.0.1", listener.getLocalPort());

        HttpRequest head = HttpRequest.of(address, "HEAD", "/", Map.of(), new byte[0]);
        assertThat(connection.exchange(head).body()).isEmpty();
        assertThat(connection.get("/").status()).isEqualTo(204);
        assertThat(connection.get("/").body()).asString(UTF_8).isEqualTo("ok");
        server.join();
    }

    @Test
    void keepsTheBeginningOfALongBodyAndItsLength() throws Exception {
        int length = 3 * 1024 * 1024;
        Thread server = serve(socket -> {
            request(socket);
            respond(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
            request(socket);
            respond(socket, OK);
        });

        Response response = connection.get("/");
        assertThat(response.body()).hasSize(1024 * 1024);
        assertThat(response.length()).isEqualTo(length);
        assertThat(response.isWhole()).isFalse();
        assertThat(connection.get("/").body()).asString(UTF_8).isEqualTo("ok");
        server.join();
    }

    @Test
    void endsWhenAnotherThreadAbortsIt() throws Exception {
        Timeouts endless = new Timeouts(Duration.ZERO, Duration.ZERO);
        try (var patient =
                new HttpConnection(Origin.http(new Address("127.0.0.1", listener.getLocalPort())), endless)) {
            Thread server = serve(socket -> {
                request(socket);
                patient.abort();
            });

            assertThatThrownBy(() -> patient.get("/")).isInstanceOf(IOException.class);
            server.join();
            assertThatThrownBy(() -> patient.get("/"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("aborted");
        }
    }

    private interface Script {
        void run(Socket socket) throws IOException;
    }

    /** A server that follows a script for each connection and closes it after that. */
    private Thread serve(Script... scripts) {
        Thread thread = new Thread(() -> {
            for (Script script : scripts) {
                try (Socket socket = listener.accept()) {
                    script.run(socket);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        thread.start();
        return thread;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A client that never checks a connection before it uses it. */
    private HttpConnection trusting() {
        return new HttpConnection(
                Origin.http(new Address("127.0.0.1", listener.getLocalPort())),
                Timeouts.DEFAULT,
                Duration.ofHours(1),
                unsolicitedSeen::incrementAndGet);
    }

    /** A client that checks every connection before it uses it. */
    private HttpConnection checking() {
        return new HttpConnection(
                Origin.http(new Address("127.0.0.1", listener.getLocalPort())),
                Timeouts.DEFAULT,
                Duration.ZERO,
                unsolicitedSeen::incrementAndGet);
    }

    private static String request(Socket socket) throws IOException {
        byte[] bytes = new byte[10_000];
        int length = socket.getInputStream().read(bytes);
        return new String(bytes, 0, Math.max(0, length), UTF_8);
    }

    private static void respond(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }
}
