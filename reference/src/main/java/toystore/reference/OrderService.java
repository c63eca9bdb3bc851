package toystore.reference;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Places orders, each in a transaction of its own. Thread-safe. Not final, because Spring derives a class from it.
 *
 * <p>The statement that locks the row of the product comes last. So orders of one product wait only while an order
 * commits, not for a round trip as well.
 */
@Service
class OrderService {
    private static final String FIND_PRODUCT = "select name, price, quantity from products where name = ?";
    private static final String ADD_ORDER = "insert into orders(key, name, quantity, price)"
            + " select ?, name, ?, price from products where name = ?"
            + " on conflict (key) do nothing returning number, name, quantity, price, placed_at";
    private static final String TAKE_UNITS =
            "update products set quantity = quantity - ? where name = ? and quantity >= ?";
    private static final String FIND_ORDER =
            "select number, name, quantity, price, placed_at from orders where key = ?";

    private static final RowMapper<StockedProduct> PRODUCT =
            (row, i) -> new StockedProduct(row.getString(1), row.getBigDecimal(2), row.getInt(3));
    private static final RowMapper<PlacedOrder> ORDER = (row, i) -> placedOrder(row);

    private final JdbcClient database;

    /** A product as shoppers see it. */
    record StockedProduct(String name, BigDecimal price, int quantity) {}

    /** @param price of one unit */
    record PlacedOrder(long number, String name, int quantity, BigDecimal price, Instant time) {}

    OrderService(JdbcClient database) {
        this.database = database;
    }

    /** Returns the product with this name. */
    StockedProduct product(String name) {
        return database.sql(FIND_PRODUCT).param(name).query(PRODUCT).optional().orElseThrow(() -> unknownProduct(name));
    }

    /** Places an order, or returns the one that was placed with this key. */
    @Transactional
    PlacedOrder place(String key, String name, int quantity) {
        Optional<PlacedOrder> added = database.sql(ADD_ORDER)
                .param(key)
                .param(quantity)
                .param(name)
                .query(ORDER)
                .optional();
        if (added.isEmpty()) {
            return orderWithKey(key, name, quantity);
        }
        int updated = database.sql(TAKE_UNITS)
                .param(quantity)
                .param(name)
                .param(quantity)
                .update();
        if (updated == 0) {
            int available = product(name).quantity();
            throw new RefusedOrderException(
                    HttpStatus.CONFLICT,
                    "only " + available + " units of " + name + " are available, and " + quantity + " were ordered",
                    available);
        }
        return added.get();
    }

    private PlacedOrder orderWithKey(String key, String name, int quantity) {
        PlacedOrder order =
                database.sql(FIND_ORDER).param(key).query(ORDER).optional().orElseThrow(() -> unknownProduct(name));
        if (!order.name().equals(name) || order.quantity() != quantity) {
            throw new RefusedOrderException(
                    HttpStatus.UNPROCESSABLE_CONTENT, "the key " + key + " was used for another order");
        }
        return order;
    }

    private static RefusedOrderException unknownProduct(String name) {
        return new RefusedOrderException(HttpStatus.NOT_FOUND, "there is no product " + name);
    }

    private static PlacedOrder placedOrder(ResultSet row) throws SQLException {
        return new PlacedOrder(
                row.getLong(1),
                row.getString(2),
                row.getInt(3),
                row.getBigDecimal(4),
                row.getObject(5, OffsetDateTime.class).toInstant());
    }
}
