package toystore.orders;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import toystore.common.Address;
import toystore.wire.message.CatalogPosition;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.MessageServer;

/**
 * A catalog with unlimited stock of Tux, on a real socket. It keeps the rules of the epochs, and records the requests.
 * A test can delay the reply to a reservation, or replace it by a refusal.
 */
final class FakeCatalog implements Closeable {
    private final MessageServer<CatalogRequest<?>> server;

    @GuardedBy("this")
    private final List<CommittedOrder> applied = new ArrayList<>();

    @GuardedBy("this")
    private final List<String> received = new ArrayList<>();

    @GuardedBy("this")
    private String epoch = "none";

    @GuardedBy("this")
    private boolean active;

    @GuardedBy("this")
    private int epochs;

    @GuardedBy("this")
    private long version;

    private volatile Predicate<CatalogRequest.Reserve> onReserve = request -> true; // set by the test's thread

    FakeCatalog(Address listen) throws IOException {
        server = new MessageServer<>("catalog", listen, CatalogRequest.class);
        server.start(this::handle);
    }

    Address address() {
        return server.address();
    }

    /**
     * Runs after units are reserved, before the reply; if it returns {@code false}, the reply is that the epoch is
     * stale.
     */
    void onReserve(Predicate<CatalogRequest.Reserve> hook) {
        onReserve = hook;
    }

    /** Loses all orders, like a catalog that crashed before its first checkpoint. */
    synchronized void forget() {
        applied.clear();
        epoch = "none";
        active = false;
    }

    /** The orders that it has applied. */
    synchronized List<CommittedOrder> applied() {
        return List.copyOf(applied);
    }

    /** The requests of the order feed: {@code open 0}, {@code apply 1..50}, {@code activate 120} … */
    synchronized List<String> received() {
        return List.copyOf(received);
    }

    synchronized String epoch() {
        return epoch;
    }

    @Override
    public void close() {
        server.close();
    }

    private Reply handle(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Reserve reserve) {
            ReserveReply reserved = reserve(reserve);
            if (!onReserve.test(reserve)) {
                throw new RefusedException(Refusal.stale("the test says so"));
            }
            return reserved;
        }
        return handleFeed(request);
    }

    private synchronized ReserveReply reserve(CatalogRequest.Reserve request) throws RefusedException {
        if (!active || !request.epoch().equals(epoch)) {
            throw new RefusedException(Refusal.stale("epoch " + request.epoch() + " is not served"));
        }
        return switch (request.name()) {
            case "Tux" -> new ReserveReply(new BigDecimal("15.90"), 100, ++version);
            case "Sold Out" -> throw new RefusedException(Refusal.outOfStock(request.quantity(), 0));
            default -> throw new RefusedException(Refusal.unknownProduct());
        };
    }

    private synchronized Reply handleFeed(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Position) {
            return new CatalogPosition(applied.size());
        }
        if (request instanceof CatalogRequest.Open open) {
            long known = Math.min(open.asOf(), applied.size());
            if (known > 0 && !applied.get((int) known - 1).digest().equals(open.digest())) {
                throw new AssertionError("order " + known + " has another digest now: " + open.digest());
            }
            epoch = "e" + ++epochs;
            active = false;
            received.add("open " + open.head());
            return new OpenReply(epoch, applied.size());
        }
        if (request instanceof CatalogRequest.Apply apply) {
            requireCurrent(apply.epoch());
            for (CommittedOrder order : apply.orders()) {
                if (order.number() != applied.size() + 1) {
                    throw new AssertionError("order " + order.number() + " was sent after " + applied.size());
                }
                applied.add(order);
            }
            if (!apply.orders().isEmpty()) {
                received.add("apply " + apply.orders().get(0).number() + ".." + applied.size());
            }
            return new CatalogPosition(applied.size());
        }
        CatalogRequest.Activate activate = (CatalogRequest.Activate) request;
        requireCurrent(activate.epoch());
        received.add("activate " + activate.head());
        active = true;
        return new CatalogPosition(applied.size());
    }

    @GuardedBy("this")
    private void requireCurrent(String claimed) throws RefusedException {
        if (!claimed.equals(epoch)) {
            throw new RefusedException(Refusal.stale("epoch " + claimed + " is over"));
        }
    }
}
