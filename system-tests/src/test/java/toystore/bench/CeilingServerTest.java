package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.bench.CeilingServer.Echo;
import toystore.bench.CeilingServer.FixedResponse;
import toystore.bench.CeilingServer.Hop;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.process.ServiceProcess;

class CeilingServerTest {
    private static final byte[] QUERY_RESPONSE = response("200 OK", "{\"data\":{\"name\":\"Tux\"}}");
    private static final byte[] ORDER_RESPONSE = response("201 Created", "{\"data\":{\"order_number\":1}}");
    private static final String ORDER = "{\"name\":\"Tux\",\"quantity\":1}";

    @Test
    void sendsAFixedResponseToEachRequest() throws IOException {
        try (CeilingServer server = fixed(null);
                HttpConnection connection = new HttpConnection(Origin.http(server.address()))) {
            for (int i = 0; i < 3; i++) {
                Response query = connection.get("/products/Tux");
                Response order = connection.post("/orders", ORDER);

                assertThat(query.status()).isEqualTo(200);
                assertThat(query.body()).asString(UTF_8).isEqualTo("{\"data\":{\"name\":\"Tux\"}}");
                assertThat(order.status()).isEqualTo(201);
                assertThat(order.body()).asString(UTF_8).isEqualTo("{\"data\":{\"order_number\":1}}");
            }
        }
    }

    @Test
    void respondsOnlyToACompleteRequest() throws IOException {
        String query = "GET /products/Tux HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String order = "POST /orders HTTP/1.1\r\nContent-Length: " + ORDER.length() + "\r\n\r\n" + ORDER;
        try (CeilingServer server = fixed(null)) {
            for (String request : new String[] {query, order}) {
                for (int cut = 1; cut < request.length(); cut++) {
                    try (Socket socket = connect(server.address())) {
                        OutputStream out = socket.getOutputStream();
                        out.write(request.substring(0, cut).getBytes(UTF_8));
                        out.write(request.substring(cut).getBytes(UTF_8));
                        socket.shutdownOutput();

                        assertThat(socket.getInputStream().readAllBytes())
                                .isEqualTo(request.equals(query) ? QUERY_RESPONSE : ORDER_RESPONSE);
                    }
                }
            }
        }
    }

    @Test
    void sendsEachRequestThroughBothHopsOnConnectionsThatStayOpen() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        AtomicInteger lines = new AtomicInteger();
        try (CeilingServer far = CeilingServer.start(0, counting(new Echo(null), connections, lines));
                Hop toFar = new Hop(far.address());
                CeilingServer near = CeilingServer.start(0, counting(new Echo(toFar), connections, lines));
                Hop toNear = new Hop(near.address());
                CeilingServer server = fixed(toNear);
                HttpConnection connection = new HttpConnection(Origin.http(server.address()))) {
            for (int i = 0; i < 5; i++) {
                assertThat(connection.get("/products/Tux").status()).isEqualTo(200);
                assertThat(connection.post("/orders", ORDER).status()).isEqualTo(201);
            }
        }
        assertThat(connections).hasValue(2);
        assertThat(lines).hasValue(2 * 5 * (Hop.QUERY.length + Hop.ORDER.length));
    }

    @Test
    void closesTheConnectionWhenTheHopFails() throws IOException {
        CeilingServer far = CeilingServer.start(0, (in, out) -> in.read());
        try (far;
                Hop hop = new Hop(far.address());
                CeilingServer server = fixed(hop);
                Socket socket = connect(server.address())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void runsAsAProcessOfItsOwn(@TempDir Path folder) throws IOException {
        ProcessBuilder command = ServiceProcess.java(BenchCluster.ceilingCommand("echo", List.of()));
        try (ServiceProcess echo = ServiceProcess.start("echo", command, folder.resolve("log"))) {
            try (Hop hop = new Hop(echo.awaitReady().address())) {
                hop.exchange(Hop.ORDER);
            }
            assertThat(echo.cpuTime()).isPositive();
        }
    }

    @Test
    void appendsEachRecordAtTheEndOfTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("appended");
        try (ForcedAppends appends = new ForcedAppends(file)) {
            Sample first = appends.measure(Duration.ofMillis(20));
            Sample second = appends.measure(Duration.ofMillis(20));

            assertThat(first.answered()).isPositive();
            assertThat(first.p50()).isPositive();
            assertThat(Files.size(file)).isEqualTo((first.answered() + second.answered()) * ForcedAppends.RECORD);
        }
    }

    private static CeilingServer fixed(Hop hop) throws IOException {
        return CeilingServer.start(10, new FixedResponse(QUERY_RESPONSE, ORDER_RESPONSE, hop));
    }

    private static Socket connect(Address address) throws IOException {
        Socket socket = new Socket(InetAddress.getByName(address.host()), address.port());
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Counts the connections of a session and the bytes that it reads. */
    private static CeilingServer.Session counting(
            CeilingServer.Session session, AtomicInteger connections, AtomicInteger bytes) {
        return (in, out) -> {
            connections.incrementAndGet();
            session.serve(
                    new InputStream() {
                        @Override
                        public int read() {
                            throw new AssertionError("one byte at a time");
                        }

                        @Override
                        public int read(byte[] target, int offset, int length) throws IOException {
                            int read = in.read(target, offset, length);
                            bytes.addAndGet(Math.max(0, read));
                            return read;
                        }
                    },
                    out);
        };
    }

    private static byte[] response(String status, String body) {
        return ("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(UTF_8);
    }
}
