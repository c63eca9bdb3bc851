package toystore.chaos;

import java.util.List;
import java.util.Map;
import toystore.client.StoreClient.Receipt;

/**
 * What the store says in the end.
 *
 * @param orders that it has, by number
 * @param shelves one for each product
 */
record FinalState(Map<Long, Receipt> orders, List<Shelf> shelves) {

    /**
     * A product.
     *
     * @param starting units in the starting catalog
     * @param left units for sale in the end
     */
    record Shelf(String name, int starting, int left) {}

    FinalState {
        orders = Map.copyOf(orders);
        shelves = List.copyOf(shelves);
    }
}
