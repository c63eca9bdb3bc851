package toystore.wire.message;

import java.util.List;

/** Products that have changed, with their current values. An empty list is a heartbeat. */
public record ProductUpdates(List<Product> products) implements Reply {
    public ProductUpdates {
        products = List.copyOf(products == null ? List.of() : products);
    }
}
