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
 * <p>Names are in the order of {@link NameOrder}.
 */
public interface Inventory extends Closeable {
    /** The most bytes that a product takes up in a message, without its name. */
    int PRODUCT_BYTES = 120;

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

    /**
     * Opens a stream of all products that change from now on.
     *
     * @throws RefusedException if changes cannot be observed now; a stream ends with it, too
     */
    ReplyStream watch() throws RefusedException;

    /**
     * Changes products, or adds new ones. Returns their new state, once it is durable.
     *
     * @param changes of different products
     * @throws RefusedException if one of the changes is not allowed: then none is made
     */
    List<PutReply> change(List<ProductChange> changes) throws RefusedException;

    /**
     * Adds units to each product of which none is available. A product that another process restocks at the same time
     * gets the units once.
     *
     * @return the products that were restocked, once that is durable
     */
    List<Product> restock(int units) throws RefusedException;

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
