package toystore.frontend.store;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A circuit breaker for the calls to one backend. Thread-safe.
 *
 * <pre>
 *              a call finds the backend down           a probe succeeds
 *     CLOSED ────────────────────────────────▶ OPEN ────────────────────────▶ HALF-OPEN
 *        ▲                                      ▲ │▲                              │
 *        │                                      │ └┘ a probe fails                │ one call goes through, the trial
 *        │                                      └────────── the trial fails ──────┤
 *        └─────────────────────────────────────────────── the trial succeeds ─────┘
 *
 *     closed      calls go through; there are no probes
 *     open        calls fail at once; probes go through, one at a time
 *     half-open   one call goes through; the others fail at once. A backend may reply to probes and hang on all else
 * </pre>
 *
 * A call carries the state that admitted it, and can change only that state: the result of a call that began before the
 * circuit was last closed says nothing about the backend now.
 */
final class Circuit {

    sealed interface State permits Closed, Open, HalfOpen {}

    /** Calls go through. Each time the circuit closes it gets a new instance, which is not equal to the others. */
    static final class Closed implements State {}

    /** Calls fail at once. */
    record Open(Instant since, String why) implements State {}

    /**
     * One call goes through.
     *
     * @param trial whether that call has begun
     */
    record HalfOpen(Open outage, boolean trial) implements State {}

    /** Admits a call whose result changes nothing, because the circuit is never in this state. */
    private static final Closed WITHOUT_EFFECT = new Closed();

    private final AtomicReference<State> state = new AtomicReference<>(new Closed());

    State state() {
        return state.get();
    }

    /**
     * Admits a call, or rejects it.
     *
     * @param mayBeTrial whether a reply to it shows that the backend works; if not, the call goes through while the
     *     circuit is half-open, and has no effect on it
     * @return the state that admits it: closed, or half-open with this call as its trial; or open: the call must fail
     */
    State admit(boolean mayBeTrial) {
        State now = state.get();
        if (!(now instanceof HalfOpen half)) {
            return now;
        }
        if (!mayBeTrial) {
            return WITHOUT_EFFECT;
        }
        HalfOpen trial = new HalfOpen(half.outage(), true);
        return !half.trial() && state.compareAndSet(half, trial) ? trial : half.outage();
    }

    /**
     * Opens the circuit after a call has found the backend down.
     *
     * @param admitted the state that admitted the call
     * @return false if the circuit is already open, or has been open since
     */
    boolean open(State admitted, Open outage) {
        return state.compareAndSet(admitted, outage);
    }

    /** Lets one call through after a probe has succeeded. */
    void halfOpen(Open outage) {
        state.compareAndSet(outage, new HalfOpen(outage, false));
    }

    /** Closes the circuit if the call that got a reply was the trial. Returns whether it did. */
    boolean close(State admitted) {
        return admitted instanceof HalfOpen && state.compareAndSet(admitted, new Closed());
    }
}
