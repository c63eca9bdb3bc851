package toystore.frontend.store;

import java.io.Closeable;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.UnavailableException;

/**
 * One backend of the frontend. Thread-safe.
 *
 * <p>A backend that is down costs its callers the timeout of one call. Then the {@link Circuit} opens: calls fail at
 * once, and a thread of its own probes the backend until it replies. Then one call goes through, the trial; if the
 * backend replies to it, the circuit closes.
 *
 * <p>A backend counts as down when it refuses connections, or gives no reply in time. It does not count as down when a
 * connection breaks, as happens at a restart, when the limit of calls in progress is reached, or when it refuses a
 * request.
 */
public final class Backend implements Closeable {

    /**
     * How a backend that is down is probed.
     *
     * @param request any reply to it will do, even a refusal
     * @param pause from the end of a failed probe to the next one
     * @param timeout for the connection, and for the reply
     */
    record Probe(ServiceRequest<?> request, Duration pause, Duration timeout) {
        private static final Duration PAUSE = Duration.ofMillis(250);
        private static final Duration TIMEOUT = Duration.ofSeconds(1);

        private Probe(ServiceRequest<?> request) {
            this(request, PAUSE, TIMEOUT);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Backend.class);

    private final MessageClient.Options options;
    private final Probe probe;
    private final Clock clock;
    private final MessageClient client;
    private final MessageClient prober; // has its own connection, so that probes do not wait for calls
    private final Circuit circuit = new Circuit();
    private final LongAdder rejected = new LongAdder();
    private final ScheduledThreadPoolExecutor probes;

    /** @param observer of all calls except probes and calls that fail at once */
    Backend(MessageClient.Options options, Probe probe, MessageObserver observer, Clock clock) {
        this.options = options;
        this.probe = probe;
        this.clock = clock;
        this.client = new MessageClient(options, observer);
        this.prober = new MessageClient(new MessageClient.Options(
                options.service(), options.address(), 1, probe.timeout(), probe.timeout(), options.transport()));
        this.probes = new ScheduledThreadPoolExecutor(
                1,
                task -> Threads.named(options.service() + "-probe", task),
                new ThreadPoolExecutor.DiscardPolicy()); // a circuit may open after this is closed
    }

    /** The catalog, with the default probe. */
    static Backend catalog(MessageClient.Options options, MessageObserver observer) {
        return new Backend(options, new Probe(new CatalogRequest.Stats()), observer, Clock.systemUTC());
    }

    /** The orders service, with the default probe. */
    static Backend orders(MessageClient.Options options, MessageObserver observer) {
        return new Backend(options, new Probe(new OrdersRequest.Stats()), observer, Clock.systemUTC());
    }

    /**
     * Sends a request and waits for its reply, like {@link MessageClient#call}. Fails at once, and sends nothing,
     * while the circuit is open.
     */
    <R extends Reply> R call(ServiceRequest<R> request) throws RefusedException, UnavailableException {
        Circuit.State admitted = admit(request);
        try {
            R reply = client.call(request);
            closeAfter(admitted);
            return reply;
        } catch (RefusedException e) {
            closeAfter(admitted);
            throw e;
        } catch (UnavailableException e) {
            if (admitted instanceof Circuit.HalfOpen trial) {
                open(trial, new Circuit.Open(trial.outage().since(), e.getMessage()));
            } else if (isDown(e)) {
                open(admitted, new Circuit.Open(clock.instant(), e.getMessage()));
            }
            throw e;
        } catch (RuntimeException | Error e) {
            if (admitted instanceof Circuit.HalfOpen trial) {
                open(trial, trial.outage()); // else it would stay half-open, without another trial
            }
            throw e;
        }
    }

    /** The name of the backend: {@code catalog} or {@code orders}. */
    public String name() {
        return options.service();
    }

    /** The number of calls that failed at once because the circuit was open. */
    public long rejected() {
        return rejected.sum();
    }

    /** Returns whether the circuit is open: calls fail at once. */
    public boolean isOpen() {
        return circuit.state() instanceof Circuit.Open;
    }

    /** Ends probing. Does not wait for a probe in progress. */
    void stopProbes() {
        probes.shutdownNow();
    }

    @Override
    public void close() {
        stopProbes();
        client.close();
        prober.close();
        Duration grace = probe.timeout().multipliedBy(3); // a probe takes two timeouts at most
        try {
            if (!probes.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a probe of {} at {} did not end in {} ms", name(), options.address(), grace.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Circuit.State admit(ServiceRequest<?> request) throws UnavailableException {
        boolean likeProbe = request.getClass() == probe.request().getClass(); // proves no more than the probe
        Circuit.State state = circuit.admit(!likeProbe);
        if (state instanceof Circuit.Open outage) {
            rejected.increment();
            throw new UnavailableException(
                    outage.why() + "; down since " + outage.since().truncatedTo(ChronoUnit.SECONDS)
                            + ", the circuit is open until a probe succeeds",
                    false,
                    null);
        }
        return state;
    }

    private void closeAfter(Circuit.State admitted) {
        if (admitted instanceof Circuit.HalfOpen trial && circuit.close(trial)) {
            log.info(
                    "{} at {} replies again; the circuit is closed; it was open for {} ms",
                    name(),
                    options.address(),
                    Duration.between(trial.outage().since(), clock.instant()).toMillis());
        }
    }

    private static boolean isDown(UnavailableException e) {
        Throwable cause = e.getCause();
        return cause instanceof SocketTimeoutException // to connect, or to reply
                || (!e.outcomeUnknown()
                        && (cause instanceof ConnectException
                                || cause instanceof NoRouteToHostException
                                || cause instanceof UnknownHostException));
    }

    private void open(Circuit.State admitted, Circuit.Open outage) {
        if (circuit.open(admitted, outage)) {
            log.warn("{}; the circuit is open until a probe succeeds", outage.why());
            probes.execute(() -> probe(outage));
        }
    }

    private void probe(Circuit.Open outage) {
        if (repliesToProbe()) {
            circuit.halfOpen(outage);
        } else {
            Future<?> unused =
                    probes.schedule(() -> probe(outage), probe.pause().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean repliesToProbe() {
        try {
            prober.call(probe.request());
            return true;
        } catch (RefusedException alive) {
            return true;
        } catch (UnavailableException e) {
            log.debug("probe failed: {}", e.getMessage());
            return false;
        } catch (RuntimeException | Error e) {
            Threads.endIfFatal(e);
            log.error("a probe of {} at {} failed", name(), options.address(), e);
            return false;
        }
    }
}
