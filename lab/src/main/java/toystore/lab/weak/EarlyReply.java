package toystore.lab.weak;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import toystore.client.StoreClient.Receipt;
import toystore.common.Threads;
import toystore.common.log.Phases;
import toystore.lab.store.LabStore.Service;
import toystore.lab.weak.Experiment.Purchase;
import toystore.orders.OrderLine;
import toystore.orders.OrderStore;

/** Acknowledges an order before it is appended to the log. */
final class EarlyReply implements WeakMode {
    @Override
    public String name() {
        return "early-reply";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "an order is acknowledged after its line is in the log",
                "docs/guarantees.md#how-an-order-commits",
                "orders/src/main/java/toystore/orders/OrderPlacement.java",
                "CrashPointIT#placesEachOrderOnceWhenOrdersCrashes");
    }

    @Override
    public OrderStore store(OrderStore real, Setting setting) {
        return setting.correct() ? new HeldStore(real, setting.hold()) : new EarlyStore(real, setting.hold());
    }

    /** With the rule: the append may be held, and so is the reply. */
    private record HeldStore(OrderStore real, HoldPoint hold) implements ForwardingOrderStore {
        @Override
        public CompletableFuture<Long> append(String epoch, OrderLine order, boolean alone, Phases phases)
                throws StaleEpochException, IOException {
            hold.pass(order.key()).join();
            return real.append(epoch, order, alone, phases);
        }
    }

    /** Without it: the order gets the number that it will have, and is appended later. */
    private static final class EarlyStore implements ForwardingOrderStore {
        private final OrderStore real;
        private final HoldPoint hold;
        private final AtomicLong last;
        private final Executor later = Executors.newSingleThreadExecutor(Threads.numbered("late-append"));

        EarlyStore(OrderStore real, HoldPoint hold) {
            this.real = real;
            this.hold = hold;
            this.last = new AtomicLong(real.latest());
        }

        @Override
        public OrderStore real() {
            return real;
        }

        @Override
        public CompletableFuture<Long> append(String epoch, OrderLine order, boolean alone, Phases phases) {
            later.execute(() -> appendLate(epoch, order));
            return CompletableFuture.completedFuture(last.incrementAndGet());
        }

        private void appendLate(String epoch, OrderLine order) {
            hold.pass(order.key()).join();
            try {
                real.append(epoch, order, false, Phases.NONE).join();
            } catch (StaleEpochException | IOException e) {
                System.err.println("an acknowledged order is not appended: " + e.getMessage());
            }
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        x.start();
        x.order(x.shopper(), x.between(1, 20));
        x.pause();

        String unlucky = x.shopper();
        int quantity = x.between(21, 40);
        x.hold(1);
        CompletableFuture<Purchase> sent = x.send(unlucky, quantity);
        x.awaitHeld();
        timeline.add(unlucky, (x.isCorrect() ? "has no reply" : x.await(sent).outcome()) + "; not in the log yet");
        x.restart(Service.ORDERS);
        if (x.isCorrect()) {
            timeline.add(
                    unlucky, "sent it again with the same key: " + x.await(sent).outcome());
        }

        long number = x.await(sent).number();
        Optional<Receipt> found = x.lookUp(number);
        timeline.decide(
                unlucky,
                "looks up order " + number + ": " + (found.isPresent() ? "found" : "not found"),
                found.isEmpty(),
                "the reply has to wait for the append",
                "no reply before the append");
        x.order(x.shopper(), x.between(1, 20));
        return x.check().loss();
    }
}
