package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import toystore.common.Network;
import toystore.frontend.http.Fields;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Peer;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Status;
import toystore.frontend.http.TrustedProxies;

class AdminTokenTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String WRONG = "fedcba9876543210";
    private static final TrustedProxies PROXIES = new TrustedProxies(List.of(Network.parse("127.0.0.9")));

    private final AtomicLong clock = new AtomicLong();
    private final AdminToken admin = new AdminToken(Optional.of(TOKEN), clock::get);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(AdminToken.class);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void neverComparesATokenThatOthersMayHaveRead() {
        for (int i = 0; i < 20; i++) {
            Response refused = refusal(request("192.0.2.1", WRONG));
            assertThat(refused.status()).isEqualTo(Status.FORBIDDEN);
            assertThat(text(refused))
                    .contains("the admin API needs a confidential connection: this request came over plain HTTP from"
                            + " another machine; use HTTPS");
            assertThat(text(refusal(request("192.0.2.1", TOKEN)))).isEqualTo(text(refused));
        }

        assertThat(admin.wrong()).isZero();
        assertThat(lines.list).isEmpty();
    }

    @Test
    void slowsDownAClientThatGuesses() {
        for (int i = 0; i < 5; i++) {
            assertThat(refusal(request("127.0.0.1", WRONG)).status()).isEqualTo(Status.UNAUTHORIZED);
        }

        Response slowed = refusal(request("127.0.0.1", WRONG));
        assertThat(slowed.status()).isEqualTo(Status.TOO_MANY_REQUESTS);
        assertThat(fieldLines(slowed)).endsWith("Retry-After: 5");
        assertThat(text(slowed)).contains("too many wrong admin tokens from your address; try again in 5 s");
        assertThat(refusal(request("127.0.0.1", TOKEN)).status()).isEqualTo(Status.TOO_MANY_REQUESTS);
        accepts(request("127.0.0.2", TOKEN));
        assertThat(admin.wrong()).isEqualTo(5);
        assertThat(admin.slowedDown()).isEqualTo(2);

        clock.addAndGet(Duration.ofMillis(1001).toNanos());
        assertThat(fieldLines(refusal(request("127.0.0.1", TOKEN)))).endsWith("Retry-After: 4");
        clock.addAndGet(Duration.ofMillis(3999).toNanos());
        accepts(request("127.0.0.1", TOKEN));
        assertThat(refusal(request("127.0.0.1", WRONG)).status()).isEqualTo(Status.UNAUTHORIZED);
        assertThat(refusal(request("127.0.0.1", TOKEN)).status()).isEqualTo(Status.TOO_MANY_REQUESTS);
    }

    @Test
    void theRightTokenAndNoTokenCostNothing() {
        for (int i = 0; i < 100; i++) {
            accepts(request("127.0.0.1", TOKEN));
            assertThat(refusal(request("127.0.0.1", List.of())).status()).isEqualTo(Status.UNAUTHORIZED);
        }

        accepts(request("127.0.0.1", TOKEN));
    }

    @Test
    void givesNoMoreGuessesToRequestsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Status>> guesses = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                guesses.add(() -> refusal(request("127.0.0.1", WRONG)).status());
            }
            int compared = 0;
            for (Future<Status> status : threads.invokeAll(guesses)) {
                compared += status.get() == Status.UNAUTHORIZED ? 1 : 0;
            }

            assertThat(compared).isEqualTo(5);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void slowsDownTheClientOfATrustedProxyAndNotTheOthers() {
        for (int i = 0; i < 5; i++) {
            assertThat(refusal(forwarded("198.51.100.7, 2001:db8::1", WRONG)).status())
                    .isEqualTo(Status.UNAUTHORIZED);
        }

        assertThat(refusal(forwarded("2001:db8::2", TOKEN)).status()).isEqualTo(Status.TOO_MANY_REQUESTS);
        accepts(forwarded("198.51.100.7", TOKEN));
        accepts(request("127.0.0.9", TOKEN));
    }

    @Test
    void logsWrongTokensWithTheirAddress() {
        refusal(request("127.0.0.1", WRONG));
        refusal(forwarded("198.51.100.7", WRONG));

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "a request from 127.0.0.1 had a wrong admin token",
                        "a request from 198.51.100.7 had a wrong admin token");
    }

    private void accepts(Request request) {
        assertThatCode(() -> admin.require(request)).doesNotThrowAnyException();
    }

    private Response refusal(Request request) {
        try {
            admin.require(request);
            throw new AssertionError("the request was accepted");
        } catch (HttpException e) {
            return e.response();
        }
    }

    private static String text(Response response) {
        return new String(response.body(), UTF_8);
    }

    private static String fieldLines(Response response) {
        return new String(response.fieldLines(), UTF_8);
    }

    /** A request through the trusted proxy, which has a client with HTTPS. */
    private static Request forwarded(String addresses, String token) {
        return request(
                "127.0.0.9",
                List.of(
                        new Field("X-Forwarded-For", addresses),
                        new Field("X-Forwarded-Proto", "https"),
                        new Field("Authorization", "Bearer " + token)));
    }

    private static Request request(String peer, String token) {
        return request(peer, List.of(new Field("Authorization", "Bearer " + token)));
    }

    private static Request request(String peer, List<Field> fields) {
        return new Request(
                "PUT",
                "/products/Tux",
                List.of("products", "Tux"),
                Map.of(),
                new Fields(fields),
                true,
                new byte[0],
                new Peer(Network.address(peer).orElseThrow(), false, PROXIES));
    }
}
