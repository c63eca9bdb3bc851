package toystore.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import toystore.chaos.FinalState.Shelf;
import toystore.chaos.Violations.Kind;
import toystore.client.StoreClient.Receipt;
import toystore.client.StoreClient.Toy;
import toystore.common.Address;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/** Looks into a store in which nobody shops any more. For one thread. */
final class StoreInspection {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration MOST = Duration.ofSeconds(30);

    private final ChaosStore store;
    private final ChaosRun scene;

    StoreInspection(ChaosStore store, ChaosRun scene) {
        this.store = store;
        this.scene = scene;
    }

    /** Waits until orders can be placed; returns whether they can. */
    boolean awaitReady() throws IOException, InterruptedException {
        try (KeyedClient client = new KeyedClient(scene.store())) {
            Deadline deadline = new Deadline(MOST);
            boolean ready = client.isReady();
            while (!ready && !deadline.isOver()) {
                scene.awaitEnd(PAUSE);
                ready = client.isReady();
            }
            return ready;
        }
    }

    /**
     * Insists on every purchase of which it is not known what became of it, and brings what it needs: in the end each
     * has an order, and only one.
     */
    void settle() throws IOException, InterruptedException {
        try (KeyedClient client = new KeyedClient(scene.store())) {
            Deadline deadline = new Deadline(MOST);
            Optional<Purchase> open = scene.ledger().takeUnsettled();
            while (open.isPresent()) {
                settle(client, open.get(), deadline);
                open = scene.ledger().takeUnsettled();
            }
        }
    }

    private void settle(KeyedClient client, Purchase purchase, Deadline deadline)
            throws IOException, InterruptedException {
        PurchaseOutcome outcome = client.send(purchase);
        while (!(outcome instanceof PurchaseOutcome.Acknowledged) && !deadline.isOver()) {
            if (outcome instanceof PurchaseOutcome.SoldOut) {
                client.change(purchase.name(), TestCatalog.CRATE, null);
                scene.ledger().restocked(purchase.name(), TestCatalog.CRATE);
            } else {
                scene.awaitEnd(PAUSE);
            }
            scene.ledger().repeated();
            outcome = client.send(purchase);
        }
        if (outcome instanceof PurchaseOutcome.Acknowledged acknowledged) {
            scene.ledger().acknowledged(purchase, acknowledged.receipt());
        } else {
            scene.faults().add(Kind.OTHER, purchase.toString(), "cannot be placed in the end: " + outcome);
        }
    }

    /** Whether nothing is set aside for orders that will never be. */
    void checkReservations() throws IOException, InterruptedException {
        Deadline deadline = new Deadline(MOST);
        int left = ask(Service.CATALOG, new CatalogRequest.Stats()).reservations();
        while (left != 0 && !deadline.isOver()) {
            scene.awaitEnd(PAUSE);
            left = ask(Service.CATALOG, new CatalogRequest.Stats()).reservations();
        }
        if (left != 0) {
            scene.faults().add(Kind.OTHER, "reservations", left + " are left, of which no order will come");
        }
    }

    /** Reads every order and every product. */
    FinalState read() throws IOException {
        long last = ask(Service.ORDERS, new OrdersRequest.Stats()).orders();
        Map<Long, Receipt> orders = new HashMap<>();
        try (KeyedClient client = new KeyedClient(scene.store())) {
            for (long number = 1; number <= last + 1; number++) {
                Optional<Receipt> order = client.find(number);
                if (order.isPresent()) {
                    orders.put(number, order.get());
                }
            }
            Map<String, Integer> left = client.toys().stream().collect(Collectors.toMap(Toy::name, Toy::quantity));
            return new FinalState(
                    orders,
                    scene.assortment().toys().stream()
                            .map(toy -> new Shelf(toy.name(), toy.quantity(), left.getOrDefault(toy.name(), -1)))
                            .toList());
        }
    }

    private <R extends Reply> R ask(Service service, ServiceRequest<R> request) throws IOException {
        Address address = store.address(service);
        try (MessageClient client = new MessageClient(new MessageClient.Options(service.toString(), address, 1))) {
            return client.call(request);
        } catch (UnavailableException | RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
