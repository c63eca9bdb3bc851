package toystore.lab.shoppers;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import toystore.client.StoreClient.Receipt;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.shoppers.Violations.Kind;

/**
 * The orders and restocks that the store has acknowledged. Thread-safe.
 *
 * <p>Acknowledgements that contradict each other are violations at once.
 */
public final class AcknowledgedOrders {
    private final Violations violations;
    private final Map<String, Receipt> receipts = new ConcurrentHashMap<>(); // by key
    private final Map<Long, String> keys = new ConcurrentHashMap<>(); // by order number
    private final Map<String, LongAdder> restocked = new ConcurrentHashMap<>(); // at least so many units, by product
    private final Queue<KeyedOrder> unresolved = new ConcurrentLinkedQueue<>();
    private final LongAdder resends = new LongAdder();
    private final LongAdder soldOut = new LongAdder();
    private final AtomicInteger others = new AtomicInteger();

    public AcknowledgedOrders(Violations violations) {
        this.violations = violations;
    }

    /** Records an acknowledgement. Every acknowledgement of an order must be the same as the first one. */
    public void add(KeyedOrder order, Receipt receipt) {
        long number = receipt.orderNumber();
        if (!receipt.name().equals(order.name()) || receipt.quantity() != order.quantity()) {
            violations.add(Kind.LOST, number, order + " was acknowledged as " + receipt);
        }
        Receipt first = receipts.putIfAbsent(order.key(), receipt);
        if (first != null && first.orderNumber() != number) {
            violations.add(Kind.DOUBLED, number, order + " is order " + first.orderNumber() + " already");
        } else if (first != null && !first.equals(receipt)) {
            violations.add(Kind.LOST, number, "was acknowledged as " + first + " and then as " + receipt);
        }
        String otherKey = keys.putIfAbsent(number, order.key());
        if (otherKey != null && !otherKey.equals(order.key())) {
            violations.add(Kind.DOUBLED, number, "was acknowledged for two keys, " + otherKey + " and " + order.key());
        }
    }

    /** Records an order that another client has placed; it must stay as it is, too, but is not among the counted ones. */
    public void addOther(KeyedOrder order, Receipt receipt) {
        others.incrementAndGet();
        add(order, receipt);
    }

    /** Returns the number of orders that other clients have placed. */
    public int others() {
        return others.get();
    }

    /** Counts an order that was refused as out of stock every time it was sent, so that it does not exist. */
    public void addSoldOut() {
        soldOut.increment();
    }

    /** Records an order that the shopper has given up, and which may exist or not. */
    public void addUnresolved(KeyedOrder order) {
        unresolved.add(order);
    }

    /** Removes and returns an order that may exist or not. */
    public Optional<KeyedOrder> pollUnresolved() {
        return Optional.ofNullable(unresolved.poll());
    }

    /**
     * Records a restock that was acknowledged.
     *
     * @param units below 0 if they were taken
     */
    public void addRestock(String product, int units) {
        restocked.computeIfAbsent(product, name -> new LongAdder()).add(units);
    }

    /** Records a restock of which it is not known whether it was made. */
    public void addUnknownRestock(String product, int units) {
        addRestock(product, Math.min(0, units));
    }

    /** Counts an order that was sent again. */
    public void addResend() {
        resends.increment();
    }

    /** Returns the first receipt of every order, in no particular order. */
    public List<Receipt> receipts() {
        return List.copyOf(receipts.values());
    }

    /** Returns the number of orders of the shoppers that are acknowledged. */
    public int count() {
        return receipts.size() - others.get();
    }

    /** Returns how often orders were sent again. */
    public long resent() {
        return resends.sum();
    }

    public boolean contains(long orderNumber) {
        return keys.containsKey(orderNumber);
    }

    /** Returns the least number of units that were restocked. */
    public long restocked(String product) {
        LongAdder units = restocked.get(product);
        return units == null ? 0 : units.sum();
    }

    /** The counts, as the report shows them. */
    @Override
    public String toString() {
        return count() + " orders acknowledged, " + resends.sum() + " requests sent again, " + soldOut.sum()
                + " refused as out of stock";
    }
}
