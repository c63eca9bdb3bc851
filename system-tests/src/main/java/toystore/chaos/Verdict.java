package toystore.chaos;

import toystore.chaos.FinalState.Shelf;
import toystore.chaos.Violations.Kind;
import toystore.client.StoreClient.Receipt;

/** Whether the store kept its promises: compares what it told the shoppers with what it says in the end. */
final class Verdict {
    private final AcknowledgedOrders ledger;
    private final FinalState evidence;
    private final Violations faults;

    /** @param faults takes what is wrong */
    Verdict(AcknowledgedOrders ledger, FinalState evidence, Violations faults) {
        this.ledger = ledger;
        this.evidence = evidence;
        this.faults = faults;
    }

    /** Adds what is wrong to the faults. */
    void judge() {
        ledger.receipts().forEach(this::judge);
        for (Receipt order : evidence.orders().values()) {
            if (!ledger.knows(order.orderNumber())) {
                faults.add(
                        Kind.DOUBLED,
                        AcknowledgedOrders.order(order.orderNumber()),
                        "is in the store as " + order + ", but is the order of no purchase");
            }
        }
        evidence.shelves().forEach(this::judge);
    }

    private void judge(Receipt receipt) {
        Receipt found = evidence.orders().get(receipt.orderNumber());
        if (!receipt.equals(found)) {
            faults.add(
                    Kind.LOST,
                    AcknowledgedOrders.order(receipt.orderNumber()),
                    "was acknowledged as " + receipt + (found == null ? " and is gone" : " and is now " + found));
        }
    }

    /** Starting stock + restocks − orders = stock left, where a restock is a crate, known of or not. */
    private void judge(Shelf shelf) {
        long ordered = evidence.orders().values().stream()
                .filter(order -> order.name().equals(shelf.name()))
                .mapToLong(Receipt::quantity)
                .sum();
        long restocked = shelf.left() + ordered - shelf.starting();
        long known = ledger.restocked(shelf.name());
        if (shelf.left() < 0 || restocked < known || restocked % TestCatalog.CRATE != 0) {
            faults.add(
                    Kind.OVERSOLD,
                    shelf.name(),
                    shelf.starting() + " at the start, " + ordered + " ordered, " + shelf.left() + " left: so "
                            + restocked + " came in, which should be " + known + " or more, in crates of "
                            + TestCatalog.CRATE);
        }
    }
}
