package toystore.orders.audit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The accounts of all products, and the rules that they must keep:
 *
 * <pre>
 *   started with + restocked − ordered = left ≥ 0
 *   the same, up to the checkpoint     = quantity in catalog.json
 *   last price up to the checkpoint    = price in catalog.json
 *   price of an order                  = one that the product has had
 * </pre>
 */
final class Ledger {
    private final Map<String, Account> accounts = new HashMap<>();
    private boolean startRead;
    private boolean checkpointRead;

    /** The account of a product; a new one if there is none. */
    Account account(String name) {
        return accounts.computeIfAbsent(name, any -> new Account());
    }

    /** @param asOf number of the last order that the checkpoint counts */
    void order(OrderRecord order, long asOf) {
        Account account = account(order.name());
        account.ordered += order.quantity();
        if (order.price() != null) {
            account.orderAt(order.price(), order.orderNumber());
        }
        if (order.orderNumber() > asOf) {
            account.orderedLater += order.quantity();
        }
        if (account.firstOrder == 0) {
            account.firstOrder = order.orderNumber();
        }
    }

    /** @param counted number of the last change that the checkpoint counts */
    void change(ChangeRecord change, long counted) {
        Account account = account(change.name());
        account.restocked += change.add();
        if (change.change() > counted) {
            account.restockedLater += change.add();
        } else {
            account.changedBefore = true;
            account.countedPrice = change.price() == null ? account.countedPrice : change.price();
        }
        if (change.price() != null) {
            account.changePrice(change.price());
        }
        account.changed = true;
    }

    /**
     * Everything has been read.
     *
     * @param withStart whether it is known what the store started with
     * @param withCheckpoint whether it is known what the checkpoint counts
     */
    void complete(boolean withStart, boolean withCheckpoint) {
        startRead = withStart;
        checkpointRead = withCheckpoint;
    }

    boolean startRead() {
        return startRead;
    }

    boolean checkpointRead() {
        return checkpointRead;
    }

    /** The names of all products, in order. */
    List<String> names() {
        List<String> names = new ArrayList<>(accounts.keySet());
        names.sort(null);
        return names;
    }

    /** What is not known counts as 0. */
    Balance balance(String name) {
        Account account = accounts.get(name);
        long left = checkpointRead
                ? account.quantity + account.restockedLater - account.orderedLater
                : account.startedWith + account.restocked - account.ordered;
        long difference = startRead ? account.startedWith + account.restocked - account.ordered - left : 0;
        return new Balance(account.startedWith, account.restocked, account.ordered, left, difference);
    }

    /** Reports what breaks the rules. */
    void check(AuditFindings findings) {
        for (String name : names()) {
            Account account = accounts.get(name);
            if (cameIntoTheStore(account)) {
                checkQuantity(name, account, findings);
                checkPrices(name, account, findings);
                checkNotOversold(name, account, findings);
            } else if (account.firstOrder > 0) {
                findings.violation("order " + account.firstOrder + " is for " + DisplayText.quoted(name)
                        + ", which is no" + " product: the store did not start with it, and no change made it");
            } else {
                findings.violation(CatalogFileReader.CHECKPOINT + " has " + DisplayText.quoted(name)
                        + ", but the store did not start with it, and no change made it");
            }
        }
    }

    /** In doubt it did: another file is missing then, which is a violation of its own. */
    private boolean cameIntoTheStore(Account account) {
        return account.atStart || account.changed || (!startRead && (account.counted || !checkpointRead));
    }

    private void checkQuantity(String name, Account account, AuditFindings findings) {
        if (!startRead || !checkpointRead) {
            return;
        }
        long restocked = account.restocked - account.restockedLater;
        long ordered = account.ordered - account.orderedLater;
        long expected = account.startedWith + restocked - ordered;
        boolean shouldBeThere = account.atStart || account.changedBefore;
        if ((shouldBeThere && !account.counted) || account.quantity != expected) {
            findings.violation(
                    DisplayText.quoted(name) + ": started with " + account.startedWith + ", restocked " + restocked
                            + ", ordered " + ordered + " up to the checkpoint: " + expected + " left, but "
                            + CatalogFileReader.CHECKPOINT
                            + (account.counted ? " says " + account.quantity : " does not have the product"));
        }
    }

    private void checkPrices(String name, Account account, AuditFindings findings) {
        if (!startRead) {
            return;
        }
        BigDecimal expected = account.countedPrice == null ? account.startPrice : account.countedPrice;
        if (account.counted && expected != null && account.price != null && account.price.compareTo(expected) != 0) {
            findings.violation(DisplayText.quoted(name) + ": its price is " + expected + " up to the checkpoint, but "
                    + CatalogFileReader.CHECKPOINT + " says " + account.price);
        }
        for (Account.OrderedAt wrong : account.wrongPrices()) {
            findings.violation("order " + wrong.order() + " has the price " + wrong.price() + ", which "
                    + DisplayText.quoted(name) + " never had");
        }
    }

    private void checkNotOversold(String name, Account account, AuditFindings findings) {
        long left = account.startedWith + account.restocked - account.ordered;
        if (startRead && left < 0) {
            findings.violation(DisplayText.quoted(name) + " is oversold: started with " + account.startedWith
                    + ", restocked " + account.restocked + ", ordered " + account.ordered);
        }
    }
}
