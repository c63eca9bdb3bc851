package toystore.orders.audit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What the files say about one product. There may be a million of these, so they are small, and are changed. */
final class Account {
    boolean atStart; // it is in catalog-start.json
    long startedWith;

    long restocked;
    long restockedLater; // by changes that the checkpoint does not count
    boolean changed;
    boolean changedBefore; // by a change that the checkpoint counts

    long ordered;
    long orderedLater; // in orders that the checkpoint does not count
    long firstOrder; // 0: there is none

    boolean counted; // it is in catalog.json
    long quantity; // there
    BigDecimal price; // there

    BigDecimal startPrice; // null if it was not there at the start
    BigDecimal countedPrice; // by the last change of it that the checkpoint counts; null if there is none
    private List<BigDecimal> laterPrices = List.of(); // by changes of it; most products have none
    private List<OrderedAt> orderedAt = List.of(); // one for each price; most products have one

    /** The first order with a price. */
    record OrderedAt(BigDecimal price, long order) {}

    void changePrice(BigDecimal to) {
        laterPrices = with(laterPrices, to);
    }

    void orderAt(BigDecimal orderPrice, long order) {
        if (orderedAt.stream().noneMatch(before -> before.price().compareTo(orderPrice) == 0)) {
            orderedAt = with(orderedAt, new OrderedAt(orderPrice, order));
        }
    }

    /** The first orders with prices that the product never had. */
    List<OrderedAt> wrongPrices() {
        return orderedAt.stream().filter(ordered -> !hadPrice(ordered.price())).toList();
    }

    private boolean hadPrice(BigDecimal wanted) {
        return (startPrice != null && startPrice.compareTo(wanted) == 0)
                || laterPrices.stream().anyMatch(later -> later.compareTo(wanted) == 0);
    }

    private static <T> List<T> with(List<T> some, T one) {
        List<T> more = new ArrayList<>(some.size() + 1);
        more.addAll(some);
        more.add(one);
        return more;
    }
}
