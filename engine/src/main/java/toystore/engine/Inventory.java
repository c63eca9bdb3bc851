package toystore.engine;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import toystore.service.MetricSample;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.PutReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.TrafficStats;

/**
 * The products of the store, their prices and their stock. Thread-safe.
 *
 * <p>Names are compared and ordered by code point.
 */
public interface Inventory extends Closeable {
    /** Begins work in the background. */
    void start();

    /** Returns the product with exactly this name. */
    Product find(String name) throws RefusedException;

    /**
     * Lists products in the order of their names.
     *
     * @param prefix the names begin with it; {@code null} for all names
     * @param after the page begins with the first name after this one; {@code null} for the first page
     * @param limit the most products in the page; it may have fewer, to fit into a message
     */
    ProductPage list(String prefix, String after, int limit) throws RefusedException;

    /** Returns the products of which no unit is available. */
    List<Product> soldOut() throws RefusedException;

    /** Opens a stream of all products that change from now on. */
    ReplyStream watch() throws RefusedException;

    /**
     * Changes products, or adds new ones. Returns their new state, once it is durable.
     *
     * @param changes of different products
     * @throws RefusedException if one of the changes is not allowed: then none is made
     */
    List<PutReply> change(List<ProductChange> changes) throws RefusedException;

    /**
     * Handles a request with which orders and the catalog of one engine keep in step.
     *
     * @throws RefusedException if the request belongs to another engine, or is refused by this one
     */
    Reply synchronize(CatalogRequest<?> request) throws RefusedException;

    /** Counters and health. */
    CatalogStats stats(long uptimeSeconds, TrafficStats traffic);

    /** Metrics of the engine, from its counters. */
    List<MetricSample> samples(CatalogStats stats);

    @Override
    void close() throws IOException;
}
