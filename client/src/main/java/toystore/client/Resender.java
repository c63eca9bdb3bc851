package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import toystore.client.StoreClient.Exchange;
import toystore.client.http.HttpConnection.Answer;

/**
 * Sends an order until it is answered. What a lost connection, a deadline or one of these statuses leaves open is
 * whether the order was placed; with its key, it may be sent again. For one thread.
 */
final class Resender {
    /** What a store, or a proxy before it, says when it does not know what became of an order, or would not take it. */
    private static final Set<Integer> NO_ANSWER = Set.of(408, 502, 503, 504);

    private final Limits limits;
    private final Interrupt cutShort;
    private final Runnable sentAgain;

    /**
     * How long an order is tried for.
     *
     * @param attempts how often it is sent at most, 1 or more
     * @param most from its first sending to its last one
     * @param firstPause before it is sent again; each further pause is twice as long
     * @param answer how long to wait for each answer
     */
    record Limits(int attempts, Duration most, Duration firstPause, Duration answer) {
        /** The first pause is the Retry-After of the store; all of them, 15 s, outlast a restart of any service. */
        static final Limits USUAL =
                new Limits(5, Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(10));

        Limits {
            if (attempts < 1) {
                throw new IllegalArgumentException("attempts is " + attempts + "; expected 1 or more");
            }
        }
    }

    /**
     * @param cutShort ends a pause, and with it the attempts
     * @param sentAgain is told of every order that is sent again, once
     */
    Resender(Limits limits, Interrupt cutShort, Runnable sentAgain) {
        this.limits = limits;
        this.cutShort = cutShort;
        this.sentAgain = sentAgain;
    }

    /**
     * Sends an order, and again if need be.
     *
     * @throws IOException if there is no answer after the last attempt, saying what the last one met
     */
    Answer send(Exchange order) throws IOException {
        long start = System.nanoTime();
        Duration pause = limits.firstPause();
        for (int attempt = 1; ; attempt++) {
            String why;
            try {
                Answer answer = order.run();
                if (!NO_ANSWER.contains(answer.status())) {
                    return answer;
                }
                why = "status " + answer.status() + ": " + new String(answer.body(), UTF_8).strip();
            } catch (IOException e) {
                why = e.getMessage();
            }
            Duration next = Duration.ofNanos(System.nanoTime() - start).plus(pause);
            boolean last = attempt == limits.attempts() || next.compareTo(limits.most()) > 0;
            if (last || cutShort.cameWithin(pause)) {
                throw new IOException("an order was sent " + (attempt == 1 ? "once" : attempt + " times")
                        + " and not answered; the last time: " + why);
            }
            if (attempt == 1) {
                sentAgain.run();
            }
            pause = pause.multipliedBy(2);
        }
    }
}
