package toystore.wire.message;

import java.util.List;

/**
 * Some orders, by number, without a gap.
 *
 * @param next the value of {@code after} for the next page; {@code null} on the last page
 */
public record OrderPage(List<Order> orders, Long next) implements Reply {
    public OrderPage {
        orders = List.copyOf(orders);
    }
}
