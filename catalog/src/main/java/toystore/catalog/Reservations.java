package toystore.catalog;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/**
 * Units that are set aside for orders that are not counted yet, and the epoch under which that may be done. In memory
 * only: when this process dies, they are gone, and so is their epoch.
 *
 * <pre>
 *             open                 ready                open (of the next epoch)
 *   NONE ───────────▶ OPENING ──────────────▶ SERVED ──────────────────────────▶ OPENING …
 *   none served       orders are counted      reservations are made
 * </pre>
 *
 * The caller's lock keeps {@link #open} and {@link #serve} apart from all else; the rest may run concurrently.
 */
final class Reservations {
    private enum Phase {
        NONE,
        OPENING,
        SERVED
    }

    private final Supplier<String> names;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private String epoch = "none";
    private Phase phase = Phase.NONE;

    private record Held(String epoch, StockItem stock, int quantity) {}

    /** @param names gives names that were never given before, also not by another process */
    Reservations(Supplier<String> names) {
        this.names = names;
    }

    /** Begins an epoch; the one before it is over. */
    String open() {
        epoch = names.get();
        phase = Phase.OPENING;
        return epoch;
    }

    /** Every order of older epochs is counted: what else is set aside for them will never become an order. */
    void serve() {
        held.values().removeIf(old -> {
            boolean over = !old.epoch().equals(epoch);
            if (over) {
                old.stock().release(old.quantity());
            }
            return over;
        });
        phase = Phase.SERVED;
    }

    boolean isServed() {
        return phase == Phase.SERVED;
    }

    int count() {
        return held.size();
    }

    /** Refuses an epoch that does not stand. */
    void requireCurrent(String claimed) throws RefusedException {
        if (!epoch.equals(claimed)) {
            throw new RefusedException(Refusal.stale("epoch " + claimed + " is over; now it is " + epoch));
        }
    }

    /** Refuses an epoch under which nothing may be reserved. */
    void requireServed(String claimed) throws RefusedException {
        requireCurrent(claimed);
        if (phase != Phase.SERVED) {
            throw new RefusedException(Refusal.stale("epoch " + claimed + " is not ready yet"));
        }
    }

    /** Notes what was set aside. */
    void hold(String reservation, StockItem stock, int quantity) throws RefusedException {
        if (held.putIfAbsent(reservation, new Held(epoch, stock, quantity)) != null) {
            stock.release(quantity);
            throw new RefusedException(Refusal.notUnderstood("reservation " + reservation + " is there already"));
        }
    }

    /** Forgets a reservation, whose order is counted now; returns the units it held, 0 if it is not known. */
    int take(String reservation) {
        Held taken = held.remove(reservation);
        return taken == null ? 0 : taken.quantity();
    }
}
