package toystore.catalog;

import java.util.List;
import java.util.Optional;
import toystore.wire.message.CatalogPosition;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OpenReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.PutReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.ReserveReply;

/** The products of the store and their stock, wherever they are kept. Thread-safe. */
interface Inventory {
    /** A product by its exact name. */
    Optional<Product> find(String name);

    /**
     * Products in the order of their names.
     *
     * @param after the name that the page begins behind; {@code null} for the first page
     * @param limit products in the page at most; it may have fewer, to fit into a message
     */
    ProductPage list(String after, int limit);

    /**
     * Sets units of a product aside: all of them or none.
     *
     * @throws RefusedException if there is no such product, or there are not enough units, or the epoch is not served
     */
    ReserveReply reserve(CatalogRequest.Reserve order) throws RefusedException;

    /** Up to which order it counts. */
    CatalogPosition position();

    /** Opens an epoch for the orders of a log. */
    OpenReply open(CatalogRequest.Open open) throws RefusedException;

    /** Counts orders that are in the log. */
    CatalogPosition count(CatalogRequest.Apply sold) throws RefusedException;

    /** Serves the epoch. */
    CatalogPosition serve(String epoch, long head) throws RefusedException;

    /**
     * Changes products, or makes new ones. Returns what they are then, when that is durable.
     *
     * @throws RefusedException if one is not allowed: then none is made
     */
    List<PutReply> change(List<Change> changes) throws RefusedException;

    /** Every product that changes for shoppers from now on. */
    ReplyStream watch();

    /** Products of which nothing is for sale. */
    List<Product> soldOut();

    /** How much there is. */
    Totals totals();

    /**
     * How much there is on a shelf.
     *
     * @param units for sale, of all products together
     * @param reservations for orders that are not counted yet
     * @param asOf number of the last order that is counted
     * @param ready whether an epoch is served
     */
    record Totals(int products, long units, int reservations, long asOf, boolean ready) {}
}
