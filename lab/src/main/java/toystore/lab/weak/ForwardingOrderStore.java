package toystore.lab.weak;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import toystore.common.log.Phases;
import toystore.orders.OrderLine;
import toystore.orders.OrderStore;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.Order;

/** An order store that passes every call on. A decorator overrides those that it changes. */
interface ForwardingOrderStore extends OrderStore {
    OrderStore real();

    @Override
    default CompletableFuture<Long> append(String epoch, OrderLine order, boolean alone, Phases phases)
            throws StaleEpochException, IOException {
        return real().append(epoch, order, alone, phases);
    }

    @Override
    default long openEpoch(String epoch) {
        return real().openEpoch(epoch);
    }

    @Override
    default void closeEpoch(String epoch) {
        real().closeEpoch(epoch);
    }

    @Override
    default Optional<Order> find(long number) throws IOException {
        return real().find(number);
    }

    @Override
    default List<Order> findAfter(long number, int most) throws IOException {
        return real().findAfter(number, most);
    }

    @Override
    default Optional<Order> findByKey(String key) throws IOException, TimeoutException {
        return real().findByKey(key);
    }

    @Override
    default boolean hasKeys() {
        return real().hasKeys();
    }

    @Override
    default List<CommittedOrder> after(long number, int most) throws IOException {
        return real().after(number, most);
    }

    @Override
    default boolean awaitAfter(long number, Duration time) throws InterruptedException {
        return real().awaitAfter(number, time);
    }

    @Override
    default void wake() {
        real().wake();
    }

    @Override
    default long latest() {
        return real().latest();
    }

    @Override
    default String id() {
        return real().id();
    }

    @Override
    default String digest(long number) throws IOException {
        return real().digest(number);
    }

    @Override
    default Duration stalled() {
        return real().stalled();
    }
}
