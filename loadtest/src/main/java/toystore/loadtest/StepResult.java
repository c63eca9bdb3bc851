package toystore.loadtest;

import java.time.Duration;
import toystore.client.Latencies;
import toystore.client.Latencies.Kind;

/** What was measured with a number of clients. */
record StepResult(Load load, int clients, Latencies latencies, Duration took) {

    /** Answered requests of all kinds in a second. */
    double requestsPerSecond() {
        long answered = 0;
        for (Kind kind : Kind.values()) {
            answered += latencies.count(kind);
        }
        return answered / (took.toNanos() / 1e9);
    }

    /** The part of all buys that found nothing left, from 0 to 1. */
    double soldOutShare() {
        long soldOut = latencies.count(Kind.SOLD_OUT);
        return soldOut == 0 ? 0 : soldOut / (double) (soldOut + latencies.count(Kind.ORDER));
    }
}
