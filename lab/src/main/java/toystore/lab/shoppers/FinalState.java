package toystore.lab.shoppers;

import java.util.List;
import java.util.Map;
import toystore.client.StoreClient.Receipt;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabCatalog;

/**
 * The orders and the stock of the store at the end of a run.
 *
 * @param orders by number
 */
public record FinalState(Map<Long, Receipt> orders, List<ProductState> products) {

    /**
     * A product.
     *
     * @param starting units in the starting catalog
     * @param left units for sale at the end
     */
    public record ProductState(String name, int starting, int left) {}

    public FinalState {
        orders = Map.copyOf(orders);
        products = List.copyOf(products);
    }

    /**
     * Compares this state with the orders that the store has acknowledged, and adds every difference to the
     * violations.
     */
    public void check(AcknowledgedOrders acknowledged, Violations violations) {
        for (Receipt receipt : acknowledged.receipts()) {
            Receipt found = orders.get(receipt.orderNumber());
            if (!receipt.equals(found)) {
                violations.add(
                        Kind.LOST,
                        receipt.orderNumber(),
                        "was acknowledged as " + receipt + (found == null ? " and is gone" : " and is now " + found));
            }
        }
        for (Receipt order : orders.values()) {
            if (!acknowledged.contains(order.orderNumber())) {
                violations.add(
                        Kind.DOUBLED,
                        order.orderNumber(),
                        "is in the store as " + order + ", but no shopper has placed it");
            }
        }
        products.forEach(product -> check(product, acknowledged.restocked(product.name()), violations));
    }

    /**
     * Checks that starting stock + restocks − orders = stock left. Every restock adds or takes the same number of units,
     * so stock that was sold twice cannot be taken for a restock that was made and not acknowledged.
     */
    private void check(ProductState product, long leastRestocked, Violations violations) {
        long ordered = orders.values().stream()
                .filter(order -> order.name().equals(product.name()))
                .mapToLong(Receipt::quantity)
                .sum();
        long restocked = product.left() + ordered - product.starting();
        if (product.left() < 0 || restocked < leastRestocked || restocked % LabCatalog.RESTOCK_UNITS != 0) {
            violations.add(
                    Kind.OVERSOLD,
                    product.name(),
                    product.starting() + " at the start, " + ordered + " ordered, " + product.left() + " left: so "
                            + restocked + " were restocked; expected " + leastRestocked
                            + " or more, in multiples of " + LabCatalog.RESTOCK_UNITS);
        }
    }
}
