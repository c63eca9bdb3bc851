package toystore.wire.message;

import java.util.List;

/**
 * Products that have changed, with their current values. Two empty lists are a heartbeat.
 *
 * @param forgotten names of products whose changes are not sent any more: the receiver must fetch them again;
 *     {@code null} for none
 */
public record ProductUpdates(List<Product> products, List<String> forgotten) implements Reply {
    public ProductUpdates {
        products = List.copyOf(products == null ? List.of() : products);
        forgotten = forgotten == null || forgotten.isEmpty() ? null : List.copyOf(forgotten);
    }

    /** Changes, with nothing forgotten. */
    public ProductUpdates(List<Product> products) {
        this(products, null);
    }
}
