package toystore.wire.message;

import java.util.List;

/**
 * Some products in the order of their names.
 *
 * @param next what to pass as {@code after} for the page behind this one; {@code null} on the last page
 */
public record ProductPage(List<Product> products, String next) implements Reply {
    public ProductPage {
        products = List.copyOf(products);
    }
}
