package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Network;
import toystore.common.log.LimitedLog;
import toystore.frontend.http.AddressRates;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/**
 * The token that authorizes the requests of the admin API. Without one, the admin API is off. Thread-safe.
 *
 * <p>The token is compared only if nobody on the network could read it. After {@value #GUESSES} wrong tokens, a client
 * may try one more every 5 s; until then its requests get 429, even those with the right token, so that the response
 * tells nothing. This applies to clients on this machine, too: among them may be a proxy.
 */
final class AdminToken {
    private static final Logger log = LoggerFactory.getLogger(AdminToken.class);
    private static final String BEARER = "Bearer ";
    private static final int GUESSES = 5;
    private static final Duration GUESS_INTERVAL = Duration.ofSeconds(5);

    private final Optional<byte[]> token;
    private final AddressRates guesses;
    private final LimitedLog refusals = new LimitedLog(log);
    private final LongAdder wrong = new LongAdder();
    private final LongAdder slowedDown = new LongAdder();

    AdminToken(Optional<String> token, LongSupplier nanoClock) {
        this.token = token.map(text -> text.getBytes(UTF_8));
        this.guesses = new AddressRates(GUESS_INTERVAL, GUESSES, nanoClock);
    }

    /** Refuses a request without the admin token: {@code Authorization: Bearer …} (RFC 6750). */
    void require(Request request) throws HttpException {
        if (token.isEmpty()) {
            throw new HttpException(Status.FORBIDDEN, "the admin API is off: the frontend runs without an admin token");
        }
        Optional<String> exposure = request.exposure();
        if (exposure.isPresent()) {
            throw new HttpException(
                    Status.FORBIDDEN, "the admin API needs a confidential connection: " + exposure.get());
        }
        String credentials = request.fields()
                .one("Authorization")
                .orElseThrow(() ->
                        unauthorized("the field Authorization is missing; expected Bearer and the admin token", ""));
        if (!credentials.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw unauthorized("the field Authorization does not begin with Bearer", "");
        }
        InetAddress client = request.client();
        if (!isRight(credentials.substring(BEARER.length()).strip().getBytes(UTF_8), client)) {
            refusals.warn("a request from " + Network.text(client) + " had a wrong admin token");
            throw unauthorized("the admin token is wrong", ", error=\"invalid_token\"");
        }
    }

    /** The number of requests with a wrong token. */
    long wrong() {
        return wrong.sum();
    }

    /** The number of requests whose token was not compared, because their client had sent too many wrong ones. */
    long slowedDown() {
        return slowedDown.sum();
    }

    /** Compares a token. One at a time, so that no client gets more guesses by sending them at once. */
    private synchronized boolean isRight(byte[] given, InetAddress client) throws HttpException {
        Duration wait = guesses.untilNext(client);
        if (!wait.isZero()) {
            slowedDown.increment();
            long seconds = wait.plusSeconds(1).minusNanos(1).toSeconds(); // rounded up
            throw new HttpException(
                            Status.TOO_MANY_REQUESTS,
                            "too many wrong admin tokens from your address; try again in " + seconds + " s")
                    .with(new Field("Retry-After", Long.toString(seconds)));
        }
        boolean right = MessageDigest.isEqual(given, token.get()); // takes the same time for all tokens of one length
        if (!right) {
            guesses.take(client);
            wrong.increment();
        }
        return right;
    }

    private static HttpException unauthorized(String message, String error) {
        return new HttpException(Status.UNAUTHORIZED, message)
                .with(new Field("WWW-Authenticate", "Bearer realm=\"toystore\"" + error));
    }
}
