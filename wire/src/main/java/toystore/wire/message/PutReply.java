package toystore.wire.message;

import java.math.BigDecimal;

/**
 * The reply to {@link CatalogRequest.Put}: the fields of the {@link Product}.
 *
 * @param made whether the product is new
 */
public record PutReply(String name, BigDecimal price, int quantity, long version, boolean made) implements Reply {

    public PutReply(Product product, boolean made) {
        this(product.name(), product.price(), product.quantity(), product.version(), made);
    }

    public Product product() {
        return new Product(name, price, quantity, version);
    }
}
