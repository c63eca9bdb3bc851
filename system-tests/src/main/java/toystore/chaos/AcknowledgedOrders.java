package toystore.chaos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import toystore.chaos.Violations.Kind;
import toystore.client.StoreClient.Receipt;

/**
 * What the store told the shoppers: the orders that it acknowledged, and what it restocked. Answers that contradict
 * each other are faults at once. Thread-safe.
 */
final class AcknowledgedOrders {
    private final Violations faults;
    private final Map<String, Receipt> receipts = new ConcurrentHashMap<>(); // by key
    private final Map<Long, String> keys = new ConcurrentHashMap<>(); // by order number
    private final Map<String, LongAdder> restocked = new ConcurrentHashMap<>(); // units by toy
    private final Queue<Purchase> unsettled = new ConcurrentLinkedQueue<>();
    private final LongAdder repeats = new LongAdder();
    private final LongAdder soldOut = new LongAdder();

    AcknowledgedOrders(Violations faults) {
        this.faults = faults;
    }

    /** Notes an answer to a purchase: the first one, or one that must be the same. */
    void acknowledged(Purchase purchase, Receipt receipt) {
        if (!receipt.name().equals(purchase.name()) || receipt.quantity() != purchase.quantity()) {
            faults.add(Kind.LOST, order(receipt.orderNumber()), purchase + " was acknowledged as " + receipt);
        }
        Receipt first = receipts.putIfAbsent(purchase.key(), receipt);
        if (first != null && first.orderNumber() != receipt.orderNumber()) {
            faults.add(
                    Kind.DOUBLED,
                    order(receipt.orderNumber()),
                    purchase + " is order " + first.orderNumber() + " already");
        } else if (first != null && !first.equals(receipt)) {
            faults.add(
                    Kind.LOST,
                    order(receipt.orderNumber()),
                    "was acknowledged as " + first + " and then as " + receipt);
        }
        String other = keys.putIfAbsent(receipt.orderNumber(), purchase.key());
        if (other != null && !other.equals(purchase.key())) {
            faults.add(
                    Kind.DOUBLED,
                    order(receipt.orderNumber()),
                    "was acknowledged for two keys, " + other + " and " + purchase.key());
        }
    }

    /** Notes that a purchase is given up for want of stock: no order can come of it any more. */
    void soldOut() {
        soldOut.increment();
    }

    /** Notes that a purchase is given up, and that it is not known whether an order has come of it, or will. */
    void unsettled(Purchase purchase) {
        unsettled.add(purchase);
    }

    /** Takes one that is to be settled. */
    Optional<Purchase> takeUnsettled() {
        return Optional.ofNullable(unsettled.poll());
    }

    /** Notes that units came in, for certain. */
    void restocked(String name, int units) {
        restocked.computeIfAbsent(name, n -> new LongAdder()).add(units);
    }

    /** Notes that a purchase was sent again. */
    void repeated() {
        repeats.increment();
    }

    /** What was acknowledged, in no order. */
    List<Receipt> receipts() {
        return List.copyOf(receipts.values());
    }

    boolean knows(long orderNumber) {
        return keys.containsKey(orderNumber);
    }

    long restocked(String name) {
        LongAdder units = restocked.get(name);
        return units == null ? 0 : units.sum();
    }

    /** For people. */
    @Override
    public String toString() {
        return receipts.size() + " orders acknowledged, " + repeats.sum() + " requests sent again, " + soldOut.sum()
                + " refused as out of stock";
    }

    static String order(long number) {
        return "order " + number;
    }
}
