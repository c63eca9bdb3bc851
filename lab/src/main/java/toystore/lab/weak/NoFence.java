package toystore.lab.weak;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import toystore.common.log.Phases;
import toystore.lab.store.LabStore.Service;
import toystore.lab.weak.Experiment.Purchase;
import toystore.orders.Catalog;
import toystore.orders.OrderLine;
import toystore.orders.OrderStore;
import toystore.wire.message.ReserveReply;

/** Appends an order under the open epoch, whichever epoch its units are reserved under. */
final class NoFence implements WeakMode {
    @Override
    public String name() {
        return "no-fence";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "an order commits only under the epoch of its reservation",
                "docs/guarantees.md#epochs",
                "durable/src/main/java/toystore/durable/AppendLog.java",
                "FenceTest#refusesAStaleFenceWithoutUsingUpANumber");
    }

    @Override
    public OrderStore store(OrderStore real, Setting setting) {
        return setting.correct() ? real : new UnfencedStore(real);
    }

    /** Takes the open epoch instead of the one that the order was reserved under. */
    private static final class UnfencedStore implements ForwardingOrderStore {
        private final OrderStore real;
        private volatile String open; // set by the order feed, read by the threads that append

        UnfencedStore(OrderStore real) {
            this.real = real;
        }

        @Override
        public OrderStore real() {
            return real;
        }

        @Override
        public long openEpoch(String epoch) {
            open = epoch;
            return real.openEpoch(epoch);
        }

        @Override
        public CompletableFuture<Long> append(String reservedUnder, OrderLine order, boolean alone, Phases phases)
                throws StaleEpochException, IOException {
            return real.append(open, order, alone, phases);
        }
    }

    @Override
    public Catalog catalog(Catalog real, Setting setting) {
        return new HeldReservations(real, setting.hold());
    }

    /** Holds an order between its reservation and its append. */
    record HeldReservations(Catalog real, HoldPoint hold) implements ForwardingCatalog {
        @Override
        public CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation) {
            return real.reserve(name, quantity, epoch, reservation)
                    .whenComplete((reply, refusal) -> {
                        if (refusal != null) {
                            hold.miss(reservation);
                        }
                    })
                    .thenCompose(reply -> hold.pass(reservation).thenApply(released -> reply));
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        String late = x.shopper();
        int held = x.between(51, 75); // neither is more than the stock, and both together are
        int rest = x.between(51, 75);
        x.start();
        x.hold(1);
        CompletableFuture<Purchase> sent = x.send(late, held);
        x.awaitHeld();
        timeline.add(late, "reserves " + held + " of 100 " + x.product() + "; the order is held");
        x.restart(Service.CATALOG);
        x.pause();
        x.order(x.shopper(), rest);
        x.release();
        Purchase purchase = x.await(sent);
        timeline.decide(
                late,
                purchase.outcome() + (purchase.isRefused() ? "" : ", reserved under epoch a"),
                purchase.receipt().isPresent(),
                "the fence refuses this",
                "the fence: epoch a is over");
        x.awaitRefusalUnlessCorrect();
        return x.check().overselling();
    }
}
