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
 * A catalog with no end of Tux, on a real socket. It keeps the rules of the epochs, and what it is told; a test can have
 * it hold a reservation's reply back, or lose it.
 */
final class FakeCatalog implements Closeable {
    private final MessageServer<CatalogRequest<?>> server;

    @GuardedBy("this")
    private final List<CommittedOrder> told = new ArrayList<>();

    @GuardedBy("this")
    private final List<String> said = new ArrayList<>();

    @GuardedBy("this")
    private String epoch = "none";

    @GuardedBy("this")
    private boolean ready;

    @GuardedBy("this")
    private int epochs;

    @GuardedBy("this")
    private long version;

    private volatile Predicate<CatalogRequest.Reserve> onReserve = post -> true; // set by the test's thread

    FakeCatalog(Address listen) throws IOException {
        server = new MessageServer<>("catalog", listen, CatalogRequest.class);
        server.start(this::handle);
    }

    Address address() {
        return server.address();
    }

    /** Runs when units are reserved, before the reply; if it says {@code false}, the reply is that the epoch is stale. */
    void onReserve(Predicate<CatalogRequest.Reserve> hook) {
        onReserve = hook;
    }

    /** Forgets all that it was told, like a catalog that crashed before its first checkpoint. */
    synchronized void forget() {
        told.clear();
        epoch = "none";
        ready = false;
    }

    /** The orders that it counts. */
    synchronized List<CommittedOrder> told() {
        return List.copyOf(told);
    }

    /** What it was asked but for reservations: {@code open 0}, {@code sold 1..50}, {@code ready 120} … */
    synchronized List<String> said() {
        return List.copyOf(said);
    }

    synchronized String epoch() {
        return epoch;
    }

    @Override
    public void close() {
        server.close();
    }

    private Reply handle(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Reserve post) {
            ReserveReply sale = reserve(post);
            if (!onReserve.test(post)) {
                throw new RefusedException(Refusal.stale("the test says so"));
            }
            return sale;
        }
        return keepStep(request);
    }

    private synchronized ReserveReply reserve(CatalogRequest.Reserve post) throws RefusedException {
        if (!ready || !post.epoch().equals(epoch)) {
            throw new RefusedException(Refusal.stale("epoch " + post.epoch() + " is not served"));
        }
        return switch (post.name()) {
            case "Tux" -> new ReserveReply(new BigDecimal("15.90"), 100, ++version);
            case "Sold Out" -> throw new RefusedException(Refusal.outOfStock(post.quantity(), 0));
            default -> throw new RefusedException(Refusal.unknownProduct());
        };
    }

    private synchronized Reply keepStep(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Position) {
            return new CatalogPosition(told.size());
        }
        if (request instanceof CatalogRequest.Open open) {
            long known = Math.min(open.asOf(), told.size());
            if (known > 0 && !told.get((int) known - 1).digest().equals(open.digest())) {
                throw new AssertionError("order " + known + " has another digest now: " + open.digest());
            }
            epoch = "e" + ++epochs;
            ready = false;
            said.add("open " + open.head());
            return new OpenReply(epoch, told.size());
        }
        if (request instanceof CatalogRequest.Apply sold) {
            requireCurrent(sold.epoch());
            for (CommittedOrder order : sold.orders()) {
                if (order.number() != told.size() + 1) {
                    throw new AssertionError("order " + order.number() + " was told behind " + told.size());
                }
                told.add(order);
            }
            if (!sold.orders().isEmpty()) {
                said.add("sold " + sold.orders().get(0).number() + ".." + told.size());
            }
            return new CatalogPosition(told.size());
        }
        CatalogRequest.Activate readied = (CatalogRequest.Activate) request;
        requireCurrent(readied.epoch());
        said.add("ready " + readied.head());
        ready = true;
        return new CatalogPosition(told.size());
    }

    @GuardedBy("this")
    private void requireCurrent(String claimed) throws RefusedException {
        if (!claimed.equals(epoch)) {
            throw new RefusedException(Refusal.stale("epoch " + claimed + " is over"));
        }
    }
}
