package toystore.lab.shoppers;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import toystore.client.StoreClient.Receipt;
import toystore.client.StoreClient.Toy;
import toystore.client.http.Origin;
import toystore.lab.shoppers.FinalState.ProductState;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.shoppers.KeyedClient.Outcome;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabCatalog;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;
import toystore.lab.store.PeerClient;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;

/** Reads the state of a store that no shopper uses any more. Not thread-safe. */
public final class StoreInspection {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final LabStore store;
    private final Origin frontend;
    private final LabRun run;

    /** @param store the cell through which it reads */
    public StoreInspection(LabStore store, LabRun run) {
        this(store, store.frontend(), run);
    }

    StoreInspection(LabStore store, Origin frontend, LabRun run) {
        this.store = store;
        this.frontend = frontend;
        this.run = run;
    }

    /**
     * Waits until orders can be placed.
     *
     * @throws IOException if they cannot after 30 s
     */
    public void awaitReady() throws IOException, InterruptedException {
        try (KeyedClient client = new KeyedClient(frontend)) {
            if (!run.await(TIMEOUT, client::isReady)) {
                throw new IOException(
                        "it is not ready after " + TIMEOUT.toSeconds() + " s; its logs are in " + store.folder());
            }
        }
    }

    /** Places every order that may exist or not; one that cannot be placed in 30 s is a violation. */
    public void resolveOrders() throws IOException, InterruptedException {
        resolveOrders(TIMEOUT)
                .ifPresent(order -> run.violations().add(Kind.OTHER, order.toString(), "cannot be placed at the end"));
    }

    /**
     * Places every order that may exist or not, with restocks as needed: at the end each of them exists once.
     *
     * @return the first order that could not be placed in time; it is still one that may exist or not
     */
    public Optional<KeyedOrder> resolveOrders(Duration most) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (KeyedClient client = new KeyedClient(frontend)) {
            Optional<KeyedOrder> next = run.acknowledged().pollUnresolved();
            while (next.isPresent()) {
                KeyedOrder order = next.get();
                boolean placed = false;
                try {
                    placed = run.await(most.minusNanos(System.nanoTime() - start), () -> place(client, order));
                } finally {
                    if (!placed) {
                        run.acknowledged().addUnresolved(order);
                    }
                }
                if (!placed) {
                    return next;
                }
                next = run.acknowledged().pollUnresolved();
            }
            return next;
        }
    }

    private boolean place(KeyedClient client, KeyedOrder order) {
        Outcome outcome = client.send(order);
        if (outcome instanceof Outcome.Acknowledged acknowledged) {
            run.acknowledged().add(order, acknowledged.receipt());
            return true;
        }
        if (outcome instanceof Outcome.SoldOut) {
            restock(client, order.name());
        }
        run.acknowledged().addResend();
        return false;
    }

    private void restock(KeyedClient client, String product) {
        try {
            if (client.change(product, LabCatalog.RESTOCK_UNITS, null)) {
                run.acknowledged().addRestock(product, LabCatalog.RESTOCK_UNITS);
            }
        } catch (IOException unknown) {
            run.acknowledged().addUnknownRestock(product, LabCatalog.RESTOCK_UNITS);
        }
    }

    /** Checks that no reservations are left without an order. */
    public void checkReservations() throws IOException, InterruptedException {
        if (!run.await(TIMEOUT, () -> reservations() == 0)) {
            run.violations().add(Kind.OTHER, "the catalog", reservations() + " reservations are left without an order");
        }
    }

    private int reservations() throws IOException {
        return call(Service.CATALOG, new CatalogRequest.Stats()).reservations();
    }

    /** Reads every order and every product. */
    public FinalState read() throws IOException {
        long last = call(Service.ORDERS, new OrdersRequest.Stats()).orders();
        Map<Long, Receipt> orders = new HashMap<>();
        try (KeyedClient client = new KeyedClient(frontend)) {
            for (long number = 1; number <= last + 1; number++) {
                Optional<Receipt> order = client.find(number);
                if (order.isPresent()) {
                    orders.put(number, order.get());
                }
            }
            Map<String, Integer> left = client.products().stream().collect(Collectors.toMap(Toy::name, Toy::quantity));
            return new FinalState(
                    orders,
                    run.catalog().toys().stream()
                            .map(toy -> new ProductState(toy.name(), toy.quantity(), left.getOrDefault(toy.name(), -1)))
                            .toList());
        }
    }

    private <R extends Reply> R call(Service service, ServiceRequest<R> request) throws IOException {
        try (PeerClient client = new PeerClient(store.peer(service))) {
            return client.call(request);
        }
    }
}
