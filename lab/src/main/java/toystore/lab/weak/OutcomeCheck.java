package toystore.lab.weak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import toystore.client.StoreClient.Receipt;
import toystore.lab.weak.Experiment.Purchase;

/**
 * The outcomes that shoppers were told, compared with the orders in the store at the end.
 *
 * @param lost the acknowledged orders that are gone or changed
 * @param doubled the orders that the store has in addition to an equal one of the same shopper
 * @param invented the orders of the store that no shopper has sent
 * @param ordered units, in the log
 */
record OutcomeCheck(
        int acknowledged, List<String> lost, List<String> doubled, List<String> invented, int started, int ordered) {
    OutcomeCheck {
        lost = List.copyOf(lost);
        doubled = List.copyOf(doubled);
        invented = List.copyOf(invented);
    }

    /**
     * Compares.
     *
     * @param orders of the store, by number
     * @param started units of the product at the start
     */
    static OutcomeCheck of(List<Purchase> purchases, Map<Long, Receipt> orders, int started) {
        List<String> lost = new ArrayList<>();
        List<String> doubled = new ArrayList<>();
        List<String> invented = new ArrayList<>();
        List<Purchase> unknown = new ArrayList<>(); // an order of these may be in the store, or not
        int acknowledged = 0;
        for (Purchase purchase : purchases) {
            if (purchase.receipt().isPresent()) {
                Receipt receipt = purchase.receipt().get();
                Receipt found = orders.get(receipt.orderNumber());
                acknowledged++;
                if (!receipt.equals(found)) {
                    lost.add(text(receipt) + " of " + purchase.shopper()
                            + (found == null ? " is gone" : " is now " + text(found)));
                }
            } else if (!purchase.isRefused()) {
                unknown.add(purchase);
            }
        }
        for (Receipt order : orders.values()) {
            if (purchases.stream()
                            .anyMatch(purchase -> purchase.receipt().stream().anyMatch(order::equals))
                    || unknown.removeIf(purchase -> isLike(purchase, order))) {
                continue;
            }
            Optional<Purchase> twin = purchases.stream()
                    .filter(purchase -> isLike(purchase, order))
                    .findFirst();
            if (twin.isPresent()) {
                doubled.add(twin.get().shopper() + " ordered once, and has " + text(order) + ", too");
            } else {
                invented.add(text(order) + " is in the store, and no shopper has sent it");
            }
        }
        int ordered = orders.values().stream().mapToInt(Receipt::quantity).sum();
        return new OutcomeCheck(acknowledged, lost, doubled, invented, started, ordered);
    }

    private static boolean isLike(Purchase purchase, Receipt order) {
        return Objects.equals(purchase.order().name(), order.name())
                && purchase.order().quantity() == order.quantity();
    }

    private static String text(Receipt order) {
        return "order " + order.orderNumber() + " (" + order.quantity() + " " + order.name() + ")";
    }

    int left() {
        return started - ordered;
    }

    /** Returns whether nothing was lost, doubled, invented or oversold. */
    boolean isClean() {
        return lost.isEmpty() && doubled.isEmpty() && invented.isEmpty() && left() >= 0;
    }

    /** Returns the first loss; empty if there is none. */
    Optional<String> loss() {
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of("LOST " + orders(lost.size()) + " (records and look-ups)");
    }

    /** The same for orders that were placed twice. */
    Optional<String> doubling() {
        return doubled.isEmpty()
                ? Optional.empty()
                : Optional.of("DOUBLED " + orders(doubled.size()) + " (records and look-ups)");
    }

    /** The same for orders that no shopper has sent. */
    Optional<String> invention() {
        return invented.isEmpty()
                ? Optional.empty()
                : Optional.of("INVENTED " + orders(invented.size()) + " (records and look-ups)");
    }

    /** The same for units that were sold and did not exist. */
    Optional<String> overselling() {
        return left() >= 0 ? Optional.empty() : Optional.of("OVERSOLD by " + -left());
    }

    static String orders(int count) {
        return count == 1 ? "1 order" : count + " orders";
    }

    /** The findings, one a line; none if the records agree with the store. */
    List<String> lines() {
        List<String> all = new ArrayList<>(lost);
        all.addAll(doubled);
        all.addAll(invented);
        return all;
    }

    /** The counts of a verdict. */
    String counts() {
        return lost.size() + " lost, " + (doubled.size() + invented.size()) + " doubled, " + Math.max(0, -left())
                + " oversold";
    }
}
