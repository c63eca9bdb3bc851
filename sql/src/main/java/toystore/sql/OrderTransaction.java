package toystore.sql;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import toystore.wire.message.Constraints;
import toystore.wire.message.Order;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;

/**
 * One try to place a batch of orders in a transaction, which decides about each of them. Not thread-safe.
 *
 * <pre>
 *   round trip 1   begin, lock the products in the order of their names, read the orders with these keys
 *   here           decide, in the order of arrival: repeated, key reused, unknown product, out of stock, or placed
 *   round trip 2   take the numbers from the counter, take the units, insert the orders, commit
 * </pre>
 *
 * The driver sends the statements of one {@link PreparedStatement} in one go, and BEGIN with the first one. All
 * parameters have a type: for one without, the driver would ask the server first.
 *
 * <p>The keys are read after the locks, so an order that another cell places with the same key is either seen, or is of
 * another product and fails the unique key of one of both.
 *
 * <p>An order that is repeated is acknowledged like a new one. So round trip 2 takes place for it, too: its commit waits
 * until the standbys have all that was committed before. After a crash of the primary, a reader sees what they may not
 * have.
 */
final class OrderTransaction {
    private static final String READ = "select " + ProductRows.COLUMNS + " from products where name = any(?)"
            + " order by name for update;"
            + " select key, number, name, quantity, price, at from orders where key = any(?)";

    private static final String WRITE = "update counter set n = n + ? where one = 1 returning n;"
            + " update products p set quantity = p.quantity - taken.units, version = p.version + 1"
            + " from unnest(?::text[], ?::bigint[]) taken(name, units) where p.name = taken.name;"
            + " insert into orders(number, key, name, quantity, price, at)"
            + " select counter.n - ? + o.place, o.key, o.name, o.quantity, o.price, ?::timestamptz"
            + " from counter, unnest(?::text[], ?::text[], ?::int[], ?::numeric[])"
            + " with ordinality o(key, name, quantity, price, place) where counter.one = 1;"
            + " commit";

    private final Connection connection;
    private final Clock clock;
    private final Map<String, Stock> stock = new HashMap<>(); // by name
    private final Map<String, PlaceReply> stored = new HashMap<>(); // by key
    private final Map<String, Placement> placements = new LinkedHashMap<>(); // by key, in the order of arrival
    private final Map<PendingOrder, Refusal> refusals = new LinkedHashMap<>();
    private final Map<PendingOrder, PlaceReply> replies = new LinkedHashMap<>();
    private final Map<PendingOrder, Placement> repeated = new LinkedHashMap<>(); // of an order of the same batch

    /** A product that the transaction has locked. */
    private static final class Stock {
        private final String name;
        private final BigDecimal price;
        private final long version;
        private final long quantity;
        private long taken;

        Stock(String name, BigDecimal price, long quantity, long version) {
            this.name = name;
            this.price = price;
            this.quantity = quantity;
            this.version = version;
        }

        long left() {
            return quantity - taken;
        }

        long newVersion() {
            return taken == 0 ? version : version + 1;
        }

        Product product() {
            return new Product(name, price, (int) Math.min(left(), Constraints.MAX_STOCK), newVersion());
        }
    }

    /**
     * An order that the transaction inserts.
     *
     * @param place in the batch, from 1 on
     */
    private record Placement(PendingOrder order, Stock stock, int place) {
        /** @param before number of the last order before the batch */
        PlaceReply reply(long before, OffsetDateTime at, long version) {
            return BatchResult.reply(order, before + place, stock.price, at, version);
        }
    }

    OrderTransaction(Connection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
    }

    /**
     * Places a batch of orders.
     *
     * @throws SQLException whose meaning {@link SqlFailure} knows
     */
    BatchResult place(List<PendingOrder> batch) throws SQLException {
        connection.setAutoCommit(false);
        read(batch);
        batch.forEach(this::decide);
        OptionalLong last = OptionalLong.empty();
        if (placements.isEmpty() && replies.isEmpty()) {
            connection.rollback();
        } else {
            last = OptionalLong.of(write());
        }
        return new BatchResult(
                replies, refusals, stock.values().stream().map(Stock::product).toList(), last);
    }

    private void read(List<PendingOrder> batch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            List<String> names =
                    batch.stream().map(PendingOrder::name).distinct().toList();
            List<String> keys = batch.stream().map(PendingOrder::key).distinct().toList();
            statement.setArray(1, ProductRows.texts(connection, names));
            statement.setArray(2, ProductRows.texts(connection, keys));
            statement.execute();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    Product product = ProductRows.product(row);
                    if (product != null) {
                        stock.put(
                                product.name(),
                                new Stock(product.name(), product.price(), row.getLong(3), product.version()));
                    }
                }
            }
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    stored.put(row.getString(1), stored(row));
                }
            }
        }
    }

    /** An order in a row, as it is: another program may have written it. */
    private static PlaceReply stored(ResultSet row) throws SQLException {
        return new PlaceReply(
                row.getLong(2),
                row.getString(3),
                row.getInt(4),
                row.getBigDecimal(5),
                row.getObject(6, OffsetDateTime.class).toInstant(),
                0);
    }

    /** The order in a row. */
    static Order order(ResultSet row, int column) throws SQLException {
        return new Order(
                row.getLong(column),
                row.getString(column + 1),
                row.getInt(column + 2),
                row.getBigDecimal(column + 3),
                row.getObject(column + 4, OffsetDateTime.class).toInstant());
    }

    private void decide(PendingOrder order) {
        PlaceReply before = stored.get(order.key());
        Placement first = placements.get(order.key());
        Stock left = stock.get(order.name());
        if (before != null) {
            if (isSame(order, before.name(), before.quantity())) {
                replies.put(order, before);
            } else {
                refusals.put(order, Refusal.keyReused(before.name(), before.quantity()));
            }
        } else if (first != null) {
            if (isSame(order, first.order().name(), first.order().quantity())) {
                repeated.put(order, first);
            } else {
                refusals.put(
                        order,
                        Refusal.keyReused(first.order().name(), first.order().quantity()));
            }
        } else if (left == null) {
            refusals.put(order, Refusal.unknownProduct());
        } else if (left.left() < order.quantity()) {
            refusals.put(order, Refusal.outOfStock(order.quantity(), (int) left.left()));
        } else if (order.send()) {
            left.taken += order.quantity();
            placements.put(order.key(), new Placement(order, left, placements.size() + 1));
        }
    }

    private static boolean isSame(PendingOrder order, String name, int quantity) {
        return order.name().equals(name) && order.quantity() == quantity;
    }

    /** Returns the number of the last order. */
    private long write() throws SQLException {
        int count = placements.size();
        List<Stock> taken =
                stock.values().stream().filter(product -> product.taken > 0).toList();
        Collection<Placement> rows = placements.values();
        List<PendingOrder> orders = rows.stream().map(Placement::order).toList();
        OffsetDateTime at = BatchResult.now(clock);
        long last;
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setLong(1, count);
            statement.setArray(2, ProductRows.array(connection, "text", taken, product -> product.name));
            statement.setArray(3, ProductRows.array(connection, "bigint", taken, product -> product.taken));
            statement.setLong(4, count);
            statement.setObject(5, at);
            statement.setArray(6, ProductRows.array(connection, "text", orders, PendingOrder::key));
            statement.setArray(7, ProductRows.array(connection, "text", orders, PendingOrder::name));
            statement.setArray(8, ProductRows.array(connection, "integer", orders, PendingOrder::quantity));
            statement.setArray(9, ProductRows.array(connection, "numeric", rows, row -> row.stock().price));
            statement.execute(); // Commit
            SqlFailure.requireNone(statement.getWarnings());
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                last = row.getLong(1);
            }
        }
        long before = last - count;
        rows.forEach(row ->
                replies.put(row.order(), row.reply(before, at, row.stock().newVersion())));
        repeated.forEach((order, first) -> replies.put(order, first.reply(before, at, 0)));
        return last;
    }
}
