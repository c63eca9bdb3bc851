package toystore.lab.room;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import toystore.client.StoreClient.Receipt;
import toystore.lab.shoppers.FinalState;
import toystore.lab.shoppers.FinalState.ProductState;
import toystore.lab.shoppers.KeyedClient;
import toystore.lab.shoppers.KeyedClient.OrderList;
import toystore.lab.shoppers.LabRun;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;
import toystore.lab.store.PeerClient;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;

/**
 * Reads orders and stock of a store that runs, so that they belong together.
 *
 * <p>A catalog that has just started answers before it has applied the orders of the log, and another client may place
 * an order between the two readings. So the store must be settled before them, and the same after them.
 */
final class StoreReading {
    private static final int PAGE = 1000;

    private final Source source;

    /** What is read. */
    interface Source {
        Moment moment() throws IOException;

        FinalState read() throws IOException;
    }

    /**
     * What the services say of themselves.
     *
     * @param epoch of the catalog
     * @param ordersEpoch the one that orders has opened
     * @param asOf the last order that is applied to the stock
     * @param orders in the log
     */
    record Moment(
            boolean ready, String epoch, String ordersEpoch, long epochs, long asOf, long orders, int reservations) {
        /** Returns whether the stock is that after the last order. */
        boolean isSettled() {
            return ready && epoch != null && epoch.equals(ordersEpoch) && asOf == orders && reservations == 0;
        }

        @Override
        public String toString() {
            return "the catalog is " + (ready ? "" : "not ") + "ready in epoch " + epoch + " with " + asOf
                    + " orders applied and " + reservations + " reservations; orders has epoch " + ordersEpoch + " and "
                    + orders + " orders";
        }
    }

    StoreReading(Source source) {
        this.source = source;
    }

    StoreReading(LabStore store, LabRun run) {
        this(new RunningStore(store, run));
    }

    /**
     * Reads until nothing has changed meanwhile.
     *
     * @throws IOException if that takes too long
     */
    FinalState read(LabRun run, Duration most) throws IOException, InterruptedException {
        FinalState[] state = new FinalState[1];
        String[] problem = {"it changes all the time"};
        boolean read = run.await(most, () -> {
            try {
                Moment before = source.moment();
                if (!before.isSettled()) {
                    problem[0] = before.toString();
                    return false;
                }
                state[0] = source.read();
                return source.moment().equals(before);
            } catch (IOException e) {
                problem[0] = e.getMessage();
                return false;
            }
        });
        if (!read) {
            throw new IOException(
                    "orders and stock could not be read together in " + most.toSeconds() + " s: " + problem[0]);
        }
        return state[0];
    }

    private record RunningStore(LabStore store, LabRun run) implements Source {
        @Override
        public Moment moment() throws IOException {
            OrdersStats orders = call(Service.ORDERS, new OrdersRequest.Stats());
            CatalogStats catalog = call(Service.CATALOG, new CatalogRequest.Stats());
            return new Moment(
                    catalog.ready() && orders.ready(),
                    catalog.epoch(),
                    orders.epoch(),
                    catalog.epochs(),
                    catalog.asOf(),
                    orders.orders(),
                    catalog.reservations());
        }

        @Override
        public FinalState read() throws IOException {
            Map<Long, Receipt> orders = new HashMap<>();
            try (KeyedClient client = new KeyedClient(run.frontend())) {
                Long after = 0L;
                while (after != null) {
                    OrderList page = client.orders(after);
                    page.data().forEach(order -> orders.put(order.orderNumber(), order));
                    after = page.next();
                }
            }
            return new FinalState(orders, products());
        }

        /** Reads the stock from the catalog, not from the cache of the frontend. */
        private List<ProductState> products() throws IOException {
            Map<String, Integer> left = new HashMap<>();
            String after = null;
            do {
                ProductPage page = call(Service.CATALOG, new CatalogRequest.List(null, after, PAGE));
                for (Product product : page.products()) {
                    left.put(product.name(), product.quantity());
                }
                after = page.next();
            } while (after != null);
            return run.catalog().toys().stream()
                    .map(toy -> new ProductState(toy.name(), toy.quantity(), left.getOrDefault(toy.name(), -1)))
                    .toList();
        }

        private <R extends Reply> R call(Service service, ServiceRequest<R> request) throws IOException {
            try (PeerClient client = new PeerClient(store.peer(service))) {
                return client.call(request);
            }
        }
    }
}
