package toystore.wire.message;

import java.util.List;

/** Products that have changed, each as it is now; none as a sign of life. */
public record ProductUpdates(List<Product> products) implements Reply {
    public ProductUpdates {
        products = List.copyOf(products == null ? List.of() : products);
    }
}
