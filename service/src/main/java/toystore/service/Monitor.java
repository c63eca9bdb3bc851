package toystore.service;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.wire.net.MessageObserver;

/**
 * The metrics of a service, and their port if it has one. Thread-safe.
 *
 * <p>Without a port it does nothing, and the classes of Prometheus are not loaded, which would take longer than the
 * rest of a service's start.
 */
public final class Monitor implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Monitor.class);

    private final Metrics metrics; // null without a port
    private final MetricsServer server; // likewise

    private Monitor(Metrics metrics, MetricsServer server) {
        this.metrics = metrics;
        this.server = server;
    }

    /**
     * Binds the address, if there is one.
     *
     * @param listen port 0 picks a free one; empty for no metrics
     * @throws IOException if the address cannot be bound; the message says which and why
     */
    public static Monitor open(String service, Optional<Address> listen) throws IOException {
        if (listen.isEmpty()) {
            return new Monitor(null, null);
        }
        Metrics metrics = new Metrics();
        return new Monitor(metrics, new MetricsServer(service, listen.get(), metrics));
    }

    /** Observes the messages that the service answers. */
    public MessageObserver messages() {
        return metrics == null ? MessageObserver.NONE : metrics.messages();
    }

    /** Observes the messages that the service sends to another one. */
    public MessageObserver calls(String backend) {
        return metrics == null ? MessageObserver.NONE : metrics.calls(backend);
    }

    /**
     * Starts to serve the metrics.
     *
     * @param samples the service's own metrics, read for each scrape
     */
    public void start(Supplier<List<MetricSample>> samples) {
        if (server != null) {
            metrics.add(samples);
            server.start();
            log.info("metrics on http://{}/metrics", server.address());
        }
    }

    /** The address of the metrics; empty if there is none. */
    public Optional<Address> address() {
        return Optional.ofNullable(server).map(MetricsServer::address);
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
