package toystore.client.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.certs.CertificateAuthority;
import toystore.certs.CertificateAuthority.Validity;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.common.Address;
import toystore.tls.Identity;
import toystore.tls.Tls;

/** Connections to servers with good and bad certificates, and to servers that do not speak TLS. */
class TlsConnectionTest {
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));

    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private final Validity valid = Validity.of(Instant.now(), Duration.ofDays(1));
    private final CertificateAuthority authority = CertificateAuthority.create("Test CA", valid);
    private final BlockingQueue<Long> sessions = new LinkedBlockingQueue<>(); // the time when each began
    private ServerSocket listener;

    /** What the server does on a connection. */
    private interface Service {
        void serve(Socket raw) throws IOException;
    }

    @BeforeEach
    void listen() throws IOException, GeneralSecurityException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Files.writeString(ca(), authority.identity().certificatePem());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void exchangesSeveralRequestsOverAConnection(String protocol) throws Exception {
        serve(tls(certificate("127.0.0.1"), protocol));

        try (HttpConnection connection = trusting("127.0.0.1")) {
            for (int i = 0; i < 3; i++) {
                assertThat(connection.get("/").status()).isEqualTo(200);
            }
        }
        assertThat(sessions).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void resumesTheSessionOfAnEarlierConnection(String protocol) throws Exception {
        serve(tls(certificate("127.0.0.1"), protocol));
        ClientTls tls = ClientTls.trusting(ca());

        for (int i = 0; i < 3; i++) {
            try (HttpConnection connection = connection("127.0.0.1", tls)) {
                connection.get("/");
            }
        }
        try (HttpConnection other = trusting("127.0.0.1")) {
            other.get("/");
        }

        List<Long> times = List.copyOf(sessions);
        assertThat(times).hasSize(4);
        assertThat(times.subList(0, 3)).as("one session").allMatch(times.get(0)::equals);
        assertThat(times.get(3)).as("the session of a new client").isNotEqualTo(times.get(0));
    }

    @Test
    void checksAnIdleConnectionBeforeItUsesIt() throws Exception {
        serve(tls(certificate("127.0.0.1"), "TLSv1.3"));
        try (HttpConnection connection = new HttpConnection(
                origin("127.0.0.1", ClientTls.trusting(ca())), TIMEOUTS, Duration.ZERO, () -> sessions.add(0L))) {
            for (int i = 0; i < 3; i++) {
                connection.open(); // a ticket to resume the session is no response
                assertThat(connection.get("/").status()).isEqualTo(200);
            }
        }
        assertThat(sessions).hasSize(1);
    }

    @Test
    void opensAConnectionAgainThatTheServerHasClosed() throws Exception {
        SSLContext context = Tls.context(certificate("127.0.0.1"), null);
        serve(raw -> {
            SSLSocket socket = serverSide(context, raw, "TLSv1.3");
            respond(socket);
            socket.shutdownOutput();
            raw.close();
        });

        try (HttpConnection connection = trusting("127.0.0.1")) {
            assertThat(connection.get("/").status()).isEqualTo(200);
            assertThat(connection.get("/").status()).isEqualTo(200);
        }
        assertThat(sessions).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, true", "TLSv1.2, true", "TLSv1.3, false", "TLSv1.2, false"})
    void takesABodyUntilTheEndAsWholeOnlyIfTheServerSaysThatItEnds(String protocol, boolean says) throws Exception {
        endAfter("HTTP/1.1 200 OK\r\n\r\nhalf of the bo", protocol, says);

        try (HttpConnection connection = trusting("127.0.0.1")) {
            if (says) {
                assertThat(connection.get("/").body()).asString(US_ASCII).isEqualTo("half of the bo");
            } else {
                assertThatIOException()
                        .isThrownBy(() -> connection.get("/"))
                        .withMessage(address("127.0.0.1") + " closed the connection within a response");
            }
        }
    }

    @Test
    void takesABodyOfTheAnnouncedLengthAsWholeHoweverTheConnectionEnds() throws Exception {
        endAfter(RESPONSE, "TLSv1.3", false);

        try (HttpConnection connection = trusting("127.0.0.1")) {
            assertThat(connection.get("/").body()).asString(US_ASCII).isEqualTo("ok");
        }
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        Identity other = CertificateAuthority.create("Other CA", valid).issue("store", List.of("127.0.0.1"), valid);
        serve(tls(other, "TLSv1.3"));

        assertRefused(trusting("127.0.0.1"))
                .withMessage("the certificate of " + address("127.0.0.1")
                        + " is not trusted: it was issued by \"CN=Other CA\", and by no certificate authority in "
                        + ca());
        assertRefused(connection("127.0.0.1", ClientTls.BY_JDK_ROOTS))
                .withMessage("the certificate of " + address("127.0.0.1")
                        + " is not trusted: it was issued by \"CN=Other CA\", and by none of the JDK's certificate"
                        + " authorities; --cacert FILE trusts another one");
    }

    @Test
    void refusesACertificateOfAnotherHost() throws Exception {
        serve(tls(certificate("shop.example", "127.0.0.2"), "TLSv1.3"));

        for (String host : List.of("127.0.0.1", "localhost")) {
            assertRefused(trusting(host))
                    .withMessage(
                            "the certificate of " + address(host) + " is for other hosts: shop.example, 127.0.0.2");
        }
    }

    @Test
    void refusesACertificateWithoutHosts() throws Exception {
        serve(tls(certificate(), "TLSv1.3"));

        assertRefused(trusting("localhost"))
                .withMessage("the certificate of " + address("localhost") + " is for other hosts: it names none");
    }

    @Test
    void refusesACertificateAtTheWrongTime() throws Exception {
        Instant now = Instant.parse(Instant.now().toString().replaceFirst("\\..*Z", "Z")); // without fractions
        Instant past = now.minusSeconds(3600);
        serve(tls(authority.issue("store", List.of("127.0.0.1"), new Validity(past.minusSeconds(9), past)), "TLSv1.3"));
        assertRefused(trusting("127.0.0.1"))
                .withMessage("the certificate of " + address("127.0.0.1") + " has expired: it was valid until " + past);

        close();
        listen();
        Instant future = now.plusSeconds(3600);
        serve(tls(
                authority.issue("store", List.of("127.0.0.1"), new Validity(future, future.plusSeconds(9))),
                "TLSv1.3"));
        assertRefused(trusting("127.0.0.1"))
                .withMessage("the certificate of " + address("127.0.0.1") + " is not valid before " + future);
    }

    @Test
    void trustsEveryServerIfToldSo() throws Exception {
        Identity other = CertificateAuthority.create("Other CA", valid).issue("store", List.of("shop.example"), valid);
        serve(tls(other, "TLSv1.3"));

        try (HttpConnection connection = connection("127.0.0.1", ClientTls.insecure())) {
            assertThat(connection.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void reportsAServerThatDoesNotSpeakTls() throws Exception {
        serve(raw -> raw.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)));

        assertRefused(trusting("127.0.0.1"))
                .withMessage(address("127.0.0.1")
                        + " does not respond in TLS; expected a server of https://, and this may be one of http://");
    }

    @Test
    void reportsAServerThatEndsTheHandshake() throws Exception {
        serve(raw -> {
            raw.getInputStream().readNBytes(5); // otherwise the connection is reset
            raw.getInputStream().skip(raw.getInputStream().available());
            raw.shutdownOutput();
        });

        assertRefused(trusting("127.0.0.1"))
                .withMessage(address("127.0.0.1") + " closed the connection within the TLS handshake");
    }

    @Test
    void reportsAServerWithOtherProtocols() throws Exception {
        serve(raw -> {
            raw.getInputStream().readNBytes(5);
            raw.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, 70}); // the alert protocol_version
            raw.getInputStream().readAllBytes();
        });

        assertRefused(trusting("127.0.0.1"))
                .withMessage(address("127.0.0.1") + " refuses the TLS handshake: protocol_version");
    }

    @Test
    void waitsForAHandshakeNoLongerThanForAConnection() throws Exception {
        serve(raw -> raw.getInputStream().readAllBytes());
        Timeouts impatient = new Timeouts(Duration.ofMillis(50), Duration.ofHours(1));

        try (HttpConnection connection = new HttpConnection(origin("127.0.0.1", ClientTls.trusting(ca())), impatient)) {
            assertRefused(connection)
                    .withMessage(address("127.0.0.1") + " cannot be reached: no connection within 50 ms");
        }
    }

    @Test
    void endsAHandshakeWithoutLimitWhenItIsAborted() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        serve(raw -> {
            raw.getInputStream().readNBytes(5);
            begun.complete(null);
            raw.getInputStream().readAllBytes();
        });
        Timeouts endless = new Timeouts(Duration.ZERO, Duration.ZERO);
        try (HttpConnection connection = new HttpConnection(origin("127.0.0.1", ClientTls.trusting(ca())), endless)) {
            CompletableFuture<Void> abort = begun.thenRunAsync(connection::abort);

            assertThatThrownBy(connection::open).isInstanceOf(IOException.class);
            abort.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void endsAnExchangeWithoutLimitWhenItIsAborted() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        SSLContext context = Tls.context(certificate("127.0.0.1"), null);
        serve(raw -> {
            SSLSocket socket = serverSide(context, raw, "TLSv1.3");
            socket.getInputStream().readNBytes(5);
            begun.complete(null);
            socket.getInputStream().readAllBytes();
        });
        Timeouts endless = new Timeouts(Duration.ZERO, Duration.ZERO);
        try (HttpConnection connection = new HttpConnection(origin("127.0.0.1", ClientTls.trusting(ca())), endless)) {
            CompletableFuture<Void> abort = begun.thenRunAsync(connection::abort);

            assertThatThrownBy(() -> connection.get("/")).isInstanceOf(IOException.class);
            abort.get(30, TimeUnit.SECONDS);
        }
    }

    private static ThrowableAssertAlternative<IOException> assertRefused(HttpConnection connection) {
        return assertThatIOException().isThrownBy(connection::open);
    }

    private Path ca() {
        return folder.resolve("ca.pem");
    }

    private Identity certificate(String... hosts) {
        return authority.issue("store", List.of(hosts), valid);
    }

    private Address address(String host) {
        return new Address(host, listener.getLocalPort());
    }

    private Origin origin(String host, ClientTls tls) {
        return Origin.https(address(host), tls);
    }

    private HttpConnection connection(String host, ClientTls tls) {
        return new HttpConnection(origin(host, tls), TIMEOUTS);
    }

    private HttpConnection trusting(String host) throws IOException {
        return connection(host, ClientTls.trusting(ca()));
    }

    /** Responds to all requests until the client ends the connection. */
    private Service tls(Identity identity, String protocol) {
        SSLContext context = Tls.context(identity, null);
        return raw -> {
            SSLSocket socket = serverSide(context, raw, protocol);
            boolean more = respond(socket);
            while (more) {
                more = respond(socket);
            }
        };
    }

    /** Responds to one request, and ends the connection, with or without the word of TLS for it. */
    private void endAfter(String response, String protocol, boolean says) {
        SSLContext context = Tls.context(certificate("127.0.0.1"), null);
        serve(raw -> {
            SSLSocket socket = serverSide(context, raw, protocol);
            socket.getInputStream().read(new byte[4096]); // the request; unread bytes would reset the connection
            socket.getOutputStream().write(response.getBytes(US_ASCII));
            if (says) {
                socket.shutdownOutput();
            }
            raw.shutdownOutput();
            raw.getInputStream().readAllBytes();
        });
    }

    private SSLSocket serverSide(SSLContext context, Socket raw, String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, null, raw.getPort(), false);
        socket.setUseClientMode(false);
        SSLParameters parameters = Tls.parameters(context, List.of(protocol));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        sessions.add(socket.getSession().getCreationTime());
        return socket;
    }

    /** Returns {@code false} if there is no request, because the client has said that it ends the connection. */
    private static boolean respond(SSLSocket socket) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        String line = requests.readLine();
        if (line == null) {
            return false;
        }
        while (!line.isEmpty()) {
            line = requests.readLine();
        }
        socket.getOutputStream().write(RESPONSE.getBytes(US_ASCII));
        return true;
    }

    private void serve(Service service) {
        ServerSocket accepting = listener;
        Thread thread = new Thread(
                () -> {
                    while (!accepting.isClosed()) {
                        try (Socket raw = accepting.accept()) {
                            service.serve(raw);
                        } catch (IOException gone) {
                            // the client has closed the connection, or the test is over
                        }
                    }
                },
                "test-server");
        thread.setDaemon(true);
        thread.start();
    }
}
