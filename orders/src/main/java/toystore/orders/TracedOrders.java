package toystore.orders;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.log.Millis;
import toystore.common.log.Trace;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.Reply;

/**
 * The traces of orders that the catalog has not applied yet, so that this is logged under the trace of the order, as
 * {@code apply 1 in 0.412 ms}. Thread-safe.
 *
 * <p>While it has {@value #MAX_ORDERS} traces, because the catalog is down, it takes no further ones.
 */
final class TracedOrders {
    private static final Logger messages = LoggerFactory.getLogger("messages");
    private static final int MAX_ORDERS = 10_000;

    private final Map<String, String> traces = new ConcurrentHashMap<>(); // by reservation

    /** Adds an order that is about to be appended. */
    void add(String reservation, String trace) {
        if (traces.size() < MAX_ORDERS) {
            traces.put(reservation, trace);
        }
    }

    /** Removes an order that was not appended. */
    void remove(String reservation) {
        traces.remove(reservation);
    }

    boolean isEmpty() {
        return traces.isEmpty();
    }

    /** Logs the orders that have a trace, and removes them. */
    void logApplied(List<CommittedOrder> orders, long nanos) {
        for (CommittedOrder order : orders) {
            String id = traces.remove(order.reservation());
            if (id != null) {
                Trace trace = Trace.begin(id);
                try (trace) {
                    messages.info("apply {} in {} ms", Reply.OK, Millis.of(nanos));
                }
            }
        }
    }
}
