package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/** One product, behind a lock of its own. */
final class Stock {
    @GuardedBy("this")
    private Product product;

    Stock(Product product) {
        this.product = product;
    }

    synchronized Product product() {
        return product;
    }

    synchronized Product sell(int quantity) throws RefusedException {
        if (quantity > product.quantity()) {
            throw new RefusedException(Refusal.outOfStock(quantity, product.quantity()));
        }
        product = product.less(quantity);
        return product;
    }
}
