package toystore.engine;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import toystore.service.MetricSample;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.TrafficStats;

/**
 * Places orders, keeps them, and finds them. Thread-safe.
 *
 * <p>Every implementation keeps the promises of the store: no product is oversold; an order that was acknowledged
 * survives the end of any process; a key is placed once; every request is answered in time.
 */
public interface OrderEngine extends Closeable {
    /** The most bytes that an order takes up in a message, without its name. */
    int ORDER_BYTES = 160;

    /** Begins to place orders. Not before this call: an engine that is open holds its resources, and does nothing. */
    void start();

    /**
     * Places an order, or finds the one that was placed with the same key.
     *
     * @return the order, when it will survive a crash; or the {@link RefusedException} that says that it may not. In
     *     time, also when what keeps the orders hangs: then the refusal is not ready, and says that the outcome is not
     *     known. The thread that completes it runs dependent stages, which must be short
     * @throws RefusedException as the result would, if it is known at once
     */
    CompletableFuture<PlaceReply> place(OrdersRequest.Place request) throws RefusedException;

    /**
     * An order by its number.
     *
     * @throws RefusedException unknown order, or not ready
     */
    Order find(long number) throws RefusedException;

    /**
     * A page of the orders after a number, which may be 0.
     *
     * @param limit the most orders in the page; it may have fewer, to fit into a message
     */
    OrderPage list(long after, int limit) throws RefusedException;

    /** Counters and health. */
    OrdersStats stats(long uptimeSeconds, TrafficStats traffic);

    /** Metrics of the engine, from its counters. */
    List<MetricSample> samples(OrdersStats stats);

    /** Ends the work. No order is in progress any more. */
    @Override
    void close() throws IOException;
}
