package toystore.frontend.store;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a service is asked: a circuit breaker, for the calls to one service. It knows nothing of calls and probes but
 * what it is told. Thread-safe.
 *
 * <pre>
 *              a call finds the service down
 *     CLOSED ────────────────────────────────▶ OPEN ◀─┐
 *        ▲                                     │  │   │ a probe is not answered
 *        └─────────────────────────────────────┘  └───┘
 *              a probe is answered
 *
 *     closed   calls go through; nobody probes
 *     open     calls fail at once; probes go through, one at a time (elsewhere called half-open)
 * </pre>
 *
 * A call carries the closed state that let it in, and can open the circuit out of that state alone: what a call finds
 * that began before the circuit was last closed says nothing about the service as it is now.
 */
final class Circuit {

    /** Closed or open. */
    sealed interface State permits Closed, Open {}

    /** Calls go through. Each time the circuit closes, there is a new one: they differ, though they are all alike. */
    static final class Closed implements State {}

    /** Calls fail at once. */
    record Open(Instant since, String why) implements State {}

    private final AtomicReference<State> state = new AtomicReference<>(new Closed());

    State state() {
        return state.get();
    }

    /**
     * A call found the service down.
     *
     * @param admitted the state that let the call in
     * @return false if the circuit is open already, or was meanwhile
     */
    boolean open(Closed admitted, Open outage) {
        return state.compareAndSet(admitted, outage);
    }

    /** A probe was answered: the outage is over. */
    void close(Open outage) {
        state.compareAndSet(outage, new Closed());
    }
}
