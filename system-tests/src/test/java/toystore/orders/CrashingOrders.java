package toystore.orders;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import toystore.common.Address;
import toystore.common.log.Phases;
import toystore.durable.Storage;
import toystore.service.ServiceLifecycle;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.Order;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.UnavailableException;

/**
 * An orders service that ends, without any shutdown, when it reaches a crash point for the fifth time.
 *
 * <p>Arguments: the crash point, the port, the data folder and the catalog's address.
 */
public final class CrashingOrders {
    private static final int PASSES = 5;

    private CrashingOrders() {}

    /** The crash points. */
    public enum Point {
        BETWEEN_RESERVE_AND_APPEND,
        BETWEEN_APPEND_AND_REPLY,
        BETWEEN_REPLY_AND_FEED,
        BETWEEN_FEED_AND_ITS_ANSWER
    }

    public static void main(String[] args) throws Exception {
        ServiceLifecycle lifetime = ServiceLifecycle.begin("orders");
        Bomb bomb = new Bomb(Point.valueOf(args[0]));
        Address listen = new Address("127.0.0.1", Integer.parseInt(args[1]));
        OrdersConfig config = new OrdersConfig(listen, Path.of(args[2]), Address.parse(args[3], 0), 1000);
        Overrides overrides = new Overrides(
                Storage.DISK,
                store -> new CrashingBook(store, bomb),
                real -> new CrashingLink(real, bomb),
                Overrides.NONE.timeouts());
        OrdersService service = OrdersService.start(config, overrides, lifetime::fail);
        lifetime.serve(service.address(), service);
    }

    private static final class Bomb {
        private final Point set;
        private final AtomicInteger passes = new AtomicInteger();

        Bomb(Point set) {
            this.set = set;
        }

        void pass(Point point) {
            if (point == set && passes.incrementAndGet() == PASSES) {
                Runtime.getRuntime().halt(42);
            }
        }
    }

    private record CrashingLink(Catalog real, Bomb bomb) implements Catalog {
        @Override
        public CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation) {
            return real.reserve(name, quantity, epoch, reservation);
        }

        @Override
        public long position() throws RefusedException, UnavailableException {
            return real.position();
        }

        @Override
        public OpenReply open(CatalogRequest.Open request) throws RefusedException, UnavailableException {
            return real.open(request);
        }

        @Override
        public long apply(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException {
            if (orders.isEmpty()) {
                return real.apply(epoch, orders);
            }
            bomb.pass(Point.BETWEEN_REPLY_AND_FEED);
            long counted = real.apply(epoch, orders);
            bomb.pass(Point.BETWEEN_FEED_AND_ITS_ANSWER);
            return counted;
        }

        @Override
        public void activate(String epoch, long head) throws RefusedException, UnavailableException {
            real.activate(epoch, head);
        }
    }

    private record CrashingBook(OrderStore real, Bomb bomb) implements OrderStore {
        @Override
        public CompletableFuture<Long> append(String epoch, OrderLine order, boolean alone, Phases phases)
                throws StaleEpochException, IOException {
            bomb.pass(Point.BETWEEN_RESERVE_AND_APPEND);
            return real.append(epoch, order, alone, phases).thenApply(number -> {
                bomb.pass(Point.BETWEEN_APPEND_AND_REPLY);
                return number;
            });
        }

        @Override
        public long openEpoch(String epoch) {
            return real.openEpoch(epoch);
        }

        @Override
        public void closeEpoch(String epoch) {
            real.closeEpoch(epoch);
        }

        @Override
        public Optional<Order> find(long number) throws IOException {
            return real.find(number);
        }

        @Override
        public List<Order> findAfter(long number, int most) throws IOException {
            return real.findAfter(number, most);
        }

        @Override
        public Optional<Order> findByKey(String key) throws IOException, TimeoutException {
            return real.findByKey(key);
        }

        @Override
        public boolean hasKeys() {
            return real.hasKeys();
        }

        @Override
        public List<CommittedOrder> after(long number, int most) throws IOException {
            return real.after(number, most);
        }

        @Override
        public boolean awaitAfter(long number, Duration time) throws InterruptedException {
            return real.awaitAfter(number, time);
        }

        @Override
        public void wake() {
            real.wake();
        }

        @Override
        public long latest() {
            return real.latest();
        }

        @Override
        public String digest(long number) throws IOException {
            return real.digest(number);
        }

        @Override
        public Duration stalled() {
            return real.stalled();
        }

        @Override
        public String id() {
            return real.id();
        }
    }
}
