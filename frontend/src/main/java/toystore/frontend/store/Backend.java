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
import toystore.common.Address;
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
 * One service behind the frontend. A service that is down costs its callers the deadline of a call once: then the
 * {@link Circuit} opens, callers are refused at once, and a thread of its own probes until the service answers again. Then
 * one call is let through, and if that is answered, all are. Thread-safe.
 *
 * <p>A service is down when it cannot be connected to, or gives no reply in time. It is not when a connection broke
 * off, as those do that a restart leaves behind, when all connections are busy, or when it refuses.
 */
public final class Backend implements Closeable {

    /**
     * How a service that is down is asked back.
     *
     * @param question what it is asked; any answer will do, a refusal too
     * @param pause from the end of a probe that was not answered to the next one
     * @param timeout for a connection, and for the reply
     */
    record Probe(ServiceRequest<?> question, Duration pause, Duration timeout) {
        private static final Duration PAUSE = Duration.ofMillis(250);
        private static final Duration TIMEOUT = Duration.ofSeconds(1);

        private Probe(ServiceRequest<?> question) {
            this(question, PAUSE, TIMEOUT);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Backend.class);

    private final MessageClient.Options options;
    private final Probe probe;
    private final Clock clock;
    private final MessageClient client;
    private final MessageClient prober; // with a connection of its own, so that probes do not wait for callers
    private final Circuit circuit = new Circuit();
    private final LongAdder rejected = new LongAdder();
    private final ScheduledThreadPoolExecutor probes;

    /** @param observer told of every call, but of probes and of those that fail at once */
    Backend(MessageClient.Options options, Probe probe, MessageObserver observer, Clock clock) {
        this.options = options;
        this.probe = probe;
        this.clock = clock;
        this.client = new MessageClient(options, observer);
        this.prober = new MessageClient(
                new MessageClient.Options(options.service(), options.address(), 1, probe.timeout(), probe.timeout()));
        this.probes = new ScheduledThreadPoolExecutor(
                1,
                task -> Threads.named(options.service() + "-probe", task),
                new ThreadPoolExecutor.DiscardPolicy()); // a circuit that opens once this is closed
    }

    /** The catalog, with the usual deadlines. */
    static Backend catalog(Address address, int connections, MessageObserver observer) {
        return usual("catalog", address, connections, new CatalogRequest.Stats(), observer);
    }

    /** The orders service, with the usual deadlines. */
    static Backend orders(Address address, int connections, MessageObserver observer) {
        return usual("orders", address, connections, new OrdersRequest.Stats(), observer);
    }

    private static Backend usual(
            String service, Address address, int connections, ServiceRequest<?> question, MessageObserver observer) {
        return new Backend(
                new MessageClient.Options(service, address, connections),
                new Probe(question),
                observer,
                Clock.systemUTC());
    }

    /**
     * Sends the request and waits for its reply, as {@link MessageClient#call} does; or fails at once while the circuit
     * is open, and nothing was sent then.
     */
    <R extends Reply> R call(ServiceRequest<R> request) throws RefusedException, UnavailableException {
        Circuit.State admitted = admit(request);
        try {
            R reply = client.call(request);
            answered(admitted);
            return reply;
        } catch (RefusedException e) {
            answered(admitted);
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
                open(trial, trial.outage()); // or it would stay half-open, without another trial
            }
            throw e;
        }
    }

    /** What it is called: {@code catalog}, {@code orders}. */
    public String service() {
        return options.service();
    }

    /** Requests that failed at once because the circuit was open, so far. */
    public long rejected() {
        return rejected.sum();
    }

    /** Whether it is taken for down, and not asked. */
    public boolean isOpen() {
        return circuit.state() instanceof Circuit.Open;
    }

    /** Begins no probe any more. */
    void stopProbes() {
        probes.shutdownNow();
    }

    @Override
    public void close() {
        stopProbes();
        client.close();
        prober.close();
        Duration most = probe.timeout().multipliedBy(3); // a probe connects, asks, and is over
        try {
            if (!probes.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a probe of {} at {} did not end in {} ms", service(), options.address(), most.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Circuit.State admit(ServiceRequest<?> request) throws UnavailableException {
        boolean likeAProbe = request.getClass() == probe.question().getClass(); // which has been answered already
        Circuit.State state = circuit.admit(!likeAProbe);
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

    private void answered(Circuit.State admitted) {
        if (admitted instanceof Circuit.HalfOpen trial && circuit.close(trial)) {
            log.info(
                    "{} at {} answers again, {} ms after it was found down; the circuit is closed",
                    service(),
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
        if (answersProbe()) {
            circuit.halfOpen(outage);
        } else {
            Future<?> unused =
                    probes.schedule(() -> probe(outage), probe.pause().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean answersProbe() {
        try {
            prober.call(probe.question());
            return true;
        } catch (RefusedException alive) {
            return true;
        } catch (UnavailableException e) {
            log.debug("probe: {}", e.getMessage());
            return false;
        } catch (RuntimeException | Error e) {
            Threads.endIfFatal(e);
            log.error("a probe of {} at {} failed", service(), options.address(), e); // and the next one may not
            return false;
        }
    }
}
