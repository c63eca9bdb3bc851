package toystore.frontend.store;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a service is asked: a circuit breaker, for the calls to one service. It knows nothing of calls and probes but
 * what it is told. Thread-safe.
 *
 * <pre>
 *              a call finds the service down           a probe is answered
 *     CLOSED ────────────────────────────────▶ OPEN ────────────────────────▶ HALF-OPEN
 *        ▲                                      ▲ │▲                              │
 *        │                                      │ └┘ a probe is not answered      │ one call goes through, the trial
 *        │                                      └──────────── it fails ───────────┤
 *        └──────────────────────────────────────────────── it is answered ────────┘
 *
 *     closed      calls go through; nobody probes
 *     open        calls fail at once; probes go through, one at a time
 *     half-open   one call goes through; the others fail at once. A service may answer probes and hang on all else
 * </pre>
 *
 * A call carries the state that let it in, and can change the circuit out of that state alone: what a call finds that began
 * before the circuit was last closed says nothing about the service as it is now.
 */
final class Circuit {

    sealed interface State permits Closed, Open, HalfOpen {}

    /** Calls go through. Each time the circuit closes, there is a new one: they differ, though they are all alike. */
    static final class Closed implements State {}

    /** Calls fail at once. */
    record Open(Instant since, String why) implements State {}

    /** @param trial whether the one call has begun */
    record HalfOpen(Open outage, boolean trial) implements State {}

    /** What such a call finds changes nothing: the circuit is never in this state. */
    private static final Closed UNWATCHED = new Closed();

    private final AtomicReference<State> state = new AtomicReference<>(new Closed());

    State state() {
        return state.get();
    }

    /**
     * Lets a call in, or not.
     *
     * @param mayBeTrial whether an answer to it says that others will be answered; if not, it goes through while the circuit is
     *     half-open, and changes nothing
     * @return the state that it is let in by: closed, or half-open with this call as its trial; or open: it fails at once
     */
    State admit(boolean mayBeTrial) {
        State now = state.get();
        if (!(now instanceof HalfOpen half)) {
            return now;
        }
        if (!mayBeTrial) {
            return UNWATCHED;
        }
        HalfOpen trial = new HalfOpen(half.outage(), true);
        return !half.trial() && state.compareAndSet(half, trial) ? trial : half.outage();
    }

    /**
     * A call found the service down.
     *
     * @param admitted the state that let the call in
     * @return false if the circuit is open already, or was meanwhile
     */
    boolean open(State admitted, Open outage) {
        return state.compareAndSet(admitted, outage);
    }

    /** A probe was answered. */
    void halfOpen(Open outage) {
        state.compareAndSet(outage, new HalfOpen(outage, false));
    }

    /** A call was answered: if it was the trial, the outage is over. Says whether it is over by that. */
    boolean close(State admitted) {
        return admitted instanceof HalfOpen && state.compareAndSet(admitted, new Closed());
    }
}
