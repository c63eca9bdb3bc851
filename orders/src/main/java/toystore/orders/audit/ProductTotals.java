package toystore.orders.audit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import toystore.orders.audit.AuditReport.KnownFiles;

/**
 * The totals of one product in the files of a store, and the rules between them:
 *
 * <pre>
 *   started with + restocked − ordered = left ≥ 0
 *   started with + restocked           ≥ 0, after each change
 *   the same, up to the checkpoint     = quantity in catalog.json
 *   last price up to the checkpoint    = price in catalog.json
 *   price of an order                  = one that the product has had
 * </pre>
 *
 * There may be a million of these, so they are small and mutable.
 */
final class ProductTotals {
    private final String name;

    // catalog-start.json
    private boolean inStart;
    private long startStock;
    private BigDecimal startPrice; // null if the product is not in the file

    // catalog.json
    private boolean inCheckpoint;
    private long checkpointStock;
    private BigDecimal checkpointPrice;

    // The change log. "Later" means: after the checkpoint.
    private boolean changed;
    private boolean changedBeforeCheckpoint;
    private long restocked; // less than 0 if the changes took more units than they added
    private long restockedLater;
    private long leastRestocked; // the least that it was, after a change
    private BigDecimal priceAtCheckpoint; // set by the last change before the checkpoint; null if there is none
    private List<BigDecimal> changedPrices = List.of(); // most products have none

    // The order log
    private long firstOrder; // 0 if there is none
    private long ordered;
    private long orderedLater;
    private List<OrderedPrice> orderedPrices = List.of(); // most products have one

    /** A price, and the first order with it. */
    private record OrderedPrice(BigDecimal price, long order) {}

    ProductTotals(String name) {
        this.name = name;
    }

    /** Adds what catalog-start.json says. Returns false if it has said so before. */
    boolean addStart(CatalogFileReader.Item product) {
        boolean first = !inStart;
        inStart = true;
        startStock = product.quantity();
        startPrice = product.price();
        return first;
    }

    /** Adds what catalog.json says. Returns false if it has said so before. */
    boolean addCheckpoint(CatalogFileReader.Item product) {
        boolean first = !inCheckpoint;
        inCheckpoint = true;
        checkpointStock = product.quantity();
        checkpointPrice = product.price();
        return first;
    }

    /** @param inCheckpoint whether the checkpoint contains this order */
    void addOrder(LogCheck.OrderRecord order, boolean inCheckpoint) {
        ordered += order.quantity();
        if (!inCheckpoint) {
            orderedLater += order.quantity();
        }
        if (firstOrder == 0) {
            firstOrder = order.number();
        }
        BigDecimal price = order.price();
        if (price != null && orderedPrices.stream().noneMatch(known -> isSame(known.price(), price))) {
            orderedPrices = with(orderedPrices, new OrderedPrice(price, order.number()));
        }
    }

    /** @param inCheckpoint whether the checkpoint contains this change */
    void addChange(LogCheck.ChangeRecord change, boolean inCheckpoint) {
        changed = true;
        restocked += change.add();
        leastRestocked = Math.min(leastRestocked, restocked);
        if (inCheckpoint) {
            changedBeforeCheckpoint = true;
            priceAtCheckpoint = change.price() == null ? priceAtCheckpoint : change.price();
        } else {
            restockedLater += change.add();
        }
        if (change.price() != null) {
            changedPrices = with(changedPrices, change.price());
        }
    }

    /** Returns the units as a row of the report. What is not known counts as 0. */
    AuditReport.Row row(KnownFiles known) {
        long expected = startStock + restocked - ordered;
        long left = known.checkpoint() ? checkpointStock + restockedLater - orderedLater : expected;
        return new AuditReport.Row(name, startStock, restocked, ordered, left, known.start() ? expected - left : 0);
    }

    /** Reports what breaks the rules. */
    void check(KnownFiles known, AuditReport report) {
        if (exists(known)) {
            checkQuantity(known, report);
            checkPrices(known, report);
            checkNeverNegative(known, report);
        } else if (firstOrder > 0) {
            report.difference("order " + firstOrder + " is for " + quoted()
                    + ", which is no product: the store did not start with it, and no change added it");
        } else {
            report.difference(CatalogFileReader.CHECKPOINT + " has " + quoted()
                    + ", but the store did not start with it, and no change added it");
        }
    }

    /** Without the file that would tell, the product is taken to exist: the missing file is a difference of its own. */
    private boolean exists(KnownFiles known) {
        return inStart || changed || (!known.start() && (inCheckpoint || !known.checkpoint()));
    }

    private void checkQuantity(KnownFiles known, AuditReport report) {
        if (!known.start() || !known.checkpoint()) {
            return;
        }
        long restockedBefore = restocked - restockedLater;
        long orderedBefore = ordered - orderedLater;
        long expected = startStock + restockedBefore - orderedBefore;
        boolean missing = !inCheckpoint && (inStart || changedBeforeCheckpoint);
        if (missing || checkpointStock != expected) {
            report.difference(
                    quoted() + ": started with " + startStock + ", restocked " + restockedBefore + ", ordered "
                            + orderedBefore + " up to the checkpoint: " + expected + " left, but "
                            + CatalogFileReader.CHECKPOINT
                            + (inCheckpoint ? " says " + checkpointStock : " does not have the product"));
        }
    }

    private void checkPrices(KnownFiles known, AuditReport report) {
        if (!known.start()) {
            return;
        }
        BigDecimal expected = priceAtCheckpoint == null ? startPrice : priceAtCheckpoint;
        if (inCheckpoint && expected != null && checkpointPrice != null && !isSame(checkpointPrice, expected)) {
            report.difference(quoted() + ": its price is " + expected + " up to the checkpoint, but "
                    + CatalogFileReader.CHECKPOINT + " says " + checkpointPrice);
        }
        for (OrderedPrice paid : orderedPrices) {
            boolean valid = (startPrice != null && isSame(startPrice, paid.price()))
                    || changedPrices.stream().anyMatch(price -> isSame(price, paid.price()));
            if (!valid) {
                report.difference("order " + paid.order() + " has the price " + paid.price() + ", which " + quoted()
                        + " never had");
            }
        }
    }

    private void checkNeverNegative(KnownFiles known, AuditReport report) {
        if (known.start() && startStock + restocked - ordered < 0) {
            report.difference(quoted() + " is oversold: started with " + startStock + ", restocked " + restocked
                    + ", ordered " + ordered);
        } else if (known.start() && startStock + leastRestocked < 0) {
            report.difference(quoted() + " never had the units that its changes took: started with " + startStock
                    + ", restocked " + leastRestocked);
        }
    }

    private String quoted() {
        return DisplayText.quoted(name);
    }

    private static boolean isSame(BigDecimal one, BigDecimal other) {
        return one.compareTo(other) == 0;
    }

    private static <T> List<T> with(List<T> some, T one) {
        List<T> more = new ArrayList<>(some.size() + 1);
        more.addAll(some);
        more.add(one);
        return more;
    }
}
