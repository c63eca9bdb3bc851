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
 * The metrics of a service and the port that shows them, if it is to have one. Else it does nothing and costs nothing:
 * not even the classes of Prometheus are loaded, which would take longer than the rest of a service's start.
 */
public final class Monitor implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Monitor.class);

    private final Metrics metrics; // null without a port
    private final MetricsServer port; // likewise

    private Monitor(Metrics metrics, MetricsServer port) {
        this.metrics = metrics;
        this.port = port;
    }

    /**
     * Takes the address, if there is one.
     *
     * @param listen port 0 picks a free one; empty for no metrics
     * @throws IOException if the address cannot be listened on; the message says which and why
     */
    public static Monitor open(String service, Optional<Address> listen) throws IOException {
        if (listen.isEmpty()) {
            return new Monitor(null, null);
        }
        Metrics metrics = new Metrics();
        return new Monitor(metrics, new MetricsServer(service, listen.get(), metrics));
    }

    /** Counts the messages that the service answers. */
    public MessageObserver messages() {
        return metrics == null ? MessageObserver.NONE : metrics.messages();
    }

    /** Counts the messages that the service sends to another one. */
    public MessageObserver calls(String backend) {
        return metrics == null ? MessageObserver.NONE : metrics.calls(backend);
    }

    /**
     * Shows the metrics from now on.
     *
     * @param readings what the service counts itself, read whenever somebody looks
     */
    public void start(Supplier<List<MetricSample>> readings) {
        if (port != null) {
            metrics.add(readings);
            port.start();
            log.info("metrics on http://{}/metrics", port.address());
        }
    }

    /** Where the metrics are shown; empty if they are not. */
    public Optional<Address> address() {
        return Optional.ofNullable(port).map(MetricsServer::address);
    }

    @Override
    public void close() {
        if (port != null) {
            port.close();
        }
    }
}
