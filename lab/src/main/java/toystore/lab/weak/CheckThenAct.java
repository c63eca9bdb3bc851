package toystore.lab.weak;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import toystore.common.Address;
import toystore.lab.weak.Experiment.Purchase;
import toystore.orders.Catalog;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/** Reads the stock, and decides by what it has read, without a lock from the check to the change. */
final class CheckThenAct implements WeakMode {
    private static final int SHOPPERS = 20;

    @Override
    public String name() {
        return "check-then-act";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "the stock is checked and reserved under one lock",
                "docs/guarantees.md#how-an-order-commits",
                "catalog/src/main/java/toystore/catalog/StockItem.java",
                "EpochTest#neverReservesMoreUnitsThanThereAre");
    }

    @Override
    public Catalog catalog(Catalog real, Setting setting) {
        Catalog reserving = setting.correct() ? real : new ReadingCatalog(real, setting.catalog());
        return new NoFence.HeldReservations(reserving, setting.hold());
    }

    /** Reads the stock instead of reserving units. The order feed takes them when the order is in the log. */
    private static final class ReadingCatalog implements ForwardingCatalog {
        private final Catalog real;
        private final MessageClient client;

        ReadingCatalog(Catalog real, Address catalog) {
            this.real = real;
            this.client = new MessageClient(new MessageClient.Options("catalog", catalog, SHOPPERS));
        }

        @Override
        public Catalog real() {
            return real;
        }

        @Override
        public CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation) {
            try {
                Product found = client.call(new CatalogRequest.Get(name)); // check
                int left = found.quantity() - quantity;
                if (left < 0) {
                    throw new RefusedException(Refusal.outOfStock(quantity, found.quantity()));
                }
                return CompletableFuture.completedFuture( // and act, later
                        new ReserveReply(found.price(), left, found.version()));
            } catch (RefusedException | UnavailableException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        x.start("--session-threads", Integer.toString(2 * SHOPPERS));
        x.hold(SHOPPERS);
        List<CompletableFuture<Purchase>> sent = new ArrayList<>();
        int wanted = 0;
        for (int i = 0; i < SHOPPERS; i++) {
            int quantity = x.between(6, 14);
            wanted += quantity;
            sent.add(x.send("shopper-" + (i + 1), quantity));
        }
        x.awaitHeldOrMissed(SHOPPERS);
        int held = x.held();
        timeline.add(SHOPPERS + " shoppers want " + wanted + " of 100 " + x.product() + "; " + held + " find enough");
        x.release();
        int placed = 0;
        int units = 0;
        for (CompletableFuture<Purchase> order : sent) {
            Purchase purchase = x.await(order);
            placed += purchase.receipt().isPresent() ? 1 : 0;
            units += purchase.receipt().isPresent() ? purchase.order().quantity() : 0;
        }
        timeline.decide(
                "orders",
                "has " + placed + " orders of them in its log, for " + units + " units",
                units > WeakStore.STOCK,
                "each had read the stock before it was taken",
                "those whose units were reserved");
        x.awaitRefusalUnlessCorrect();
        return x.check().overselling();
    }
}
