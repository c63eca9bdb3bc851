package toystore.wire.message;

import java.util.List;

/**
 * Some products in the order of their names.
 *
 * @param next the value of {@code after} for the next page; {@code null} on the last page
 */
public record ProductPage(List<Product> products, String next) implements Reply {
    public ProductPage {
        products = List.copyOf(products);
    }
}
