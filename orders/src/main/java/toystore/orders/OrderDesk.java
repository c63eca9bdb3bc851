package toystore.orders;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.wire.message.Order;
import toystore.wire.message.Placed;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Sale;
import toystore.wire.net.UnavailableException;

/**
 * Where orders are placed and found. The units are sold first and the order is written to the book second, so a crash
 * between the two can lose units of stock, but never an order that was acknowledged, and never sells a unit twice.
 */
final class OrderDesk {
    private static final Logger log = LoggerFactory.getLogger(OrderDesk.class);

    private final OrderBook book;
    private final CatalogGateway catalog;
    private final Clock clock;

    OrderDesk(OrderBook book, CatalogGateway catalog, Clock clock) {
        this.book = book;
        this.catalog = catalog;
        this.clock = clock;
    }

    /** Places an order. Returns when it will survive a crash. */
    Placed place(String name, int quantity) throws RefusedException {
        Sale sale = sell(name, quantity);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        try {
            Order order = book.commit(new OrderBook.Draft(name, quantity, sale.price(), now));
            return new Placed(order, sale.version());
        } catch (IOException e) {
            throw new RefusedException(Refusal.notReady("the order could not be stored: " + e.getMessage()));
        }
    }

    /** An order by its number. */
    Order find(long number) throws RefusedException {
        try {
            return book.find(number).orElseThrow(() -> new RefusedException(Refusal.unknownOrder()));
        } catch (IOException e) {
            log.error("order {} cannot be read", number, e);
            throw new RefusedException(
                    Refusal.fault("order " + number + " cannot be read; the log of the service has it"));
        }
    }

    private Sale sell(String name, int quantity) throws RefusedException {
        try {
            return catalog.sell(name, quantity);
        } catch (UnavailableException e) {
            throw new RefusedException(Refusal.notReady(e.getMessage()));
        }
    }
}
