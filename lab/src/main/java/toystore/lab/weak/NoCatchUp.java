package toystore.lab.weak;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import toystore.lab.store.LabStore.Service;
import toystore.lab.weak.Experiment.Purchase;
import toystore.orders.Catalog;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.net.UnavailableException;

/** Activates an epoch before the catalog has applied the orders of older ones; they follow later. */
final class NoCatchUp implements WeakMode {
    @Override
    public String name() {
        return "no-catch-up";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "an epoch is active only after all older orders are applied",
                "docs/guarantees.md#epochs",
                "orders/src/main/java/toystore/orders/OrderFeed.java",
                "EpochTest#activatesNoEpochBeforeAllOrdersOfOlderOnesAreApplied");
    }

    @Override
    public Catalog catalog(Catalog real, Setting setting) {
        return setting.correct() ? real : new HurriedCatalog(real, setting.hold());
    }

    /** Says that all orders are applied when the epoch is opened. Used by the order feed's thread only. */
    private static final class HurriedCatalog implements ForwardingCatalog {
        private final Catalog real;
        private final HoldPoint hold;
        private long applied; // by the catalog
        private long claimed; // to the order feed

        HurriedCatalog(Catalog real, HoldPoint hold) {
            this.real = real;
            this.hold = hold;
        }

        @Override
        public Catalog real() {
            return real;
        }

        @Override
        public OpenReply open(CatalogRequest.Open request) throws RefusedException, UnavailableException {
            OpenReply opened = real.open(request);
            applied = opened.asOf();
            claimed = request.head();
            return new OpenReply(opened.epoch(), claimed);
        }

        @Override
        public void activate(String epoch, long head) throws RefusedException, UnavailableException {
            real.activate(epoch, applied); // the catalog checks the number, which should be the head
        }

        @Override
        public long apply(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException {
            if (hold.isArmed()) { // the orders follow later
                applied = real.apply(epoch, List.of());
                claimed = orders.isEmpty()
                        ? claimed
                        : orders.get(orders.size() - 1).number();
                return claimed;
            }
            boolean gap = !orders.isEmpty() && orders.get(0).number() > applied + 1;
            applied = real.apply(epoch, gap ? List.of() : orders); // the feed continues from there
            return applied;
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        String second = x.shopper();
        int first = x.between(51, 75); // neither is more than the stock, and both together are
        int rest = x.between(51, 75);
        x.start();
        x.order(x.shopper(), first);
        x.awaitApplied();
        x.pause();
        x.hold(1); // what the catalog has not applied
        x.restart(Service.CATALOG);
        Purchase purchase = x.await(x.send(second, rest));
        timeline.decide(
                second,
                purchase.outcome(),
                purchase.receipt().isPresent(),
                "the catalog has to apply order 1 before",
                "epoch b waited for order 1");
        x.release();
        x.awaitRefusalUnlessCorrect();
        return x.check().overselling();
    }
}
