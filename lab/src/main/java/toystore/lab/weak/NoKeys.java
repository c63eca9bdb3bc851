package toystore.lab.weak;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import toystore.common.log.Phases;
import toystore.lab.store.LabStore.Service;
import toystore.lab.weak.Experiment.Purchase;
import toystore.orders.OrderLine;
import toystore.orders.OrderStore;
import toystore.wire.message.Order;

/** Does not look for an order with the same idempotency key. */
final class NoKeys implements WeakMode {
    @Override
    public String name() {
        return "no-keys";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "an order that is sent again with its key is found, and not placed again",
                "docs/guarantees.md#how-an-order-commits",
                "orders/src/main/java/toystore/orders/OrderPlacement.java",
                "CommitTest#repliesToARepeatedKeyWithTheSameOrderAlsoAfterARestart");
    }

    @Override
    public OrderStore store(OrderStore real, Setting setting) {
        OrderStore held = new HeldReplies(real, setting.hold());
        return setting.correct() ? held : new ForgetfulStore(held);
    }

    /** Holds the reply to an order that is in the log. */
    private record HeldReplies(OrderStore real, HoldPoint hold) implements ForwardingOrderStore {
        @Override
        public CompletableFuture<Long> append(String epoch, OrderLine order, boolean alone, Phases phases)
                throws StaleEpochException, IOException {
            return real.append(epoch, order, alone, phases)
                    .thenCompose(number -> hold.pass(order.key()).thenApply(released -> number));
        }
    }

    /** Knows no key. */
    private record ForgetfulStore(OrderStore real) implements ForwardingOrderStore {
        @Override
        public Optional<Order> findByKey(String key) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        String shopper = x.shopper();
        int quantity = x.between(1, 45);
        x.start();
        x.pause();
        x.hold(1);
        CompletableFuture<Purchase> sent = x.send(shopper, quantity);
        x.awaitHeld();
        timeline.add(shopper, "order 1: " + quantity + " " + x.product() + ", in the log; the reply is held");
        x.restart(Service.ORDERS);
        Purchase purchase = x.await(sent);
        timeline.decide(
                shopper,
                "sent it again with key " + purchase.order().key() + ": order " + purchase.number(),
                purchase.number() != 1,
                "the key is that of order 1",
                "the key is known");
        x.awaitApplied();
        return x.check().doubling();
    }
}
