package toystore.wire.message;

import java.math.BigDecimal;

/**
 * The product that a {@code put} has changed or made: the fields of {@link Product}.
 *
 * @param made whether it is new
 */
public record PutReply(String name, BigDecimal price, int quantity, long version, boolean made) implements Reply {

    public PutReply(Product product, boolean made) {
        this(product.name(), product.price(), product.quantity(), product.version(), made);
    }

    public Product product() {
        return new Product(name, price, quantity, version);
    }
}
