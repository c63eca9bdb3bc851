package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import toystore.client.StoreClient.Exchange;
import toystore.client.http.HttpConnection.Response;
import toystore.common.cli.Interrupt;

/**
 * Sends an order with an idempotency key again and again until there is a definite response. Not thread-safe.
 *
 * <p>After a lost connection, a timeout or one of the {@linkplain #INDEFINITE indefinite} statuses it is not known
 * whether the order was placed. Its key makes it safe to send it again.
 */
final class Resender {
    /** Statuses of a store, or of a proxy in front of it, that do not know or do not take the order. */
    private static final Set<Integer> INDEFINITE = Set.of(408, 502, 503, 504);

    private final Limits limits;
    private final Interrupt interrupt;
    private final Runnable onSentAgain;

    /**
     * The limits for one order.
     *
     * @param attempts how often it is sent at most, 1 or more
     * @param time from its first attempt to its last one, at most
     * @param firstPause before the second attempt; each further pause is twice as long
     * @param timeout of each attempt
     */
    record Limits(int attempts, Duration time, Duration firstPause, Duration timeout) {
        /** The first pause is the Retry-After of the store; all pauses, 15 s, outlast a restart of any service. */
        static final Limits DEFAULT =
                new Limits(5, Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(10));

        Limits {
            if (attempts < 1) {
                throw new IllegalArgumentException("attempts is " + attempts + "; expected 1 or more");
            }
        }
    }

    /**
     * A resender for any number of orders.
     *
     * @param interrupt ends a pause, and with it the attempts
     * @param onSentAgain called once for every order that is sent more than once
     */
    Resender(Limits limits, Interrupt interrupt, Runnable onSentAgain) {
        this.limits = limits;
        this.interrupt = interrupt;
        this.onSentAgain = onSentAgain;
    }

    /**
     * Sends an order until there is a definite response.
     *
     * @throws IOException if the last attempt has failed; the message tells why
     */
    Response send(Exchange order) throws IOException {
        long start = System.nanoTime();
        Duration pause = limits.firstPause();
        for (int attempt = 1; ; attempt++) {
            String reason;
            try {
                Response response = order.run();
                if (!INDEFINITE.contains(response.status())) {
                    return response;
                }
                reason = "status " + response.status() + ": " + new String(response.body(), UTF_8).strip();
            } catch (IOException e) {
                reason = e.getMessage();
            }
            Duration next = Duration.ofNanos(System.nanoTime() - start).plus(pause);
            boolean last = attempt == limits.attempts() || next.compareTo(limits.time()) > 0;
            if (last || interrupt.pause(pause)) {
                throw new IOException("an order was sent " + (attempt == 1 ? "once" : attempt + " times")
                        + " without a response; the last attempt: " + reason);
            }
            if (attempt == 1) {
                onSentAgain.run();
            }
            pause = pause.multipliedBy(2);
        }
    }
}
