package toystore.wire.message;

import java.util.List;

/** Products that have changed, each as it is now; none as a sign of life. */
public record Changes(List<Product> products) implements Reply {
    public Changes {
        products = List.copyOf(products == null ? List.of() : products);
    }
}
