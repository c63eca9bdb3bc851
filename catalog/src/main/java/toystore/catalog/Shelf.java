package toystore.catalog;

import java.util.Optional;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.RefusedException;

/** The products of the store and their stock, wherever they are kept. Thread-safe. */
interface Shelf {
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
     * Takes units of a product out of stock: all of them or none. Returns when that is durable.
     *
     * @return the product after it
     * @throws RefusedException if there is no such product, or there are not enough units; not ready if the stock
     *     cannot be stored
     */
    Product sell(String name, int quantity) throws RefusedException;

    /** How much there is. */
    Totals totals();

    /**
     * How much there is on a shelf.
     *
     * @param units in stock, of all products together
     */
    record Totals(int products, long units) {}
}
