package toystore.sql;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
 * One try to place a batch of orders in one transaction. Not thread-safe.
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
 *
 * <p>One order alone is placed by one statement, in one round trip. If it does not place it, the transaction above says
 * why.
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

    /** Not of a row that another program wrote, and that is no {@link Product}: nothing may fail after the commit. */
    private static final String ALONE = "with p as (update products set quantity = quantity - ?, version = version + 1"
            + " where name = ? and quantity >= ? and price <= 1000000000 and price = round(price, 4)"
            + " returning price, quantity, version),"
            + " c as (update counter set n = n + 1 where one = 1 and exists (select 1 from p) returning n),"
            + " o as (insert into orders(number, key, name, quantity, price, at)"
            + " select c.n, ?, ?, ?, p.price, ?::timestamptz from p, c returning number)"
            + " select o.number, p.price, p.quantity, p.version from p, o";

    private static final String UNIQUE_VIOLATION = "23505";

    private final Connection connection;
    private final Clock clock;
    private final Map<String, Stock> stock = new HashMap<>(); // by name
    private final Map<String, PlaceReply> stored = new HashMap<>(); // by key
    private final Map<String, Placement> placements = new LinkedHashMap<>(); // by key, in the order of arrival
    private final Map<PendingOrder, Refusal> refusals = new LinkedHashMap<>();
    private final Map<PendingOrder, PlaceReply> replies = new LinkedHashMap<>();
    private final Map<PendingOrder, Placement> repeated = new LinkedHashMap<>(); // of an order of the same batch
    private OptionalLong last = OptionalLong.empty();

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
    private record Placement(PendingOrder order, Stock stock, int place) {}

    OrderTransaction(Connection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
    }

    // --- what it has done ---

    /** The orders that are not placed, with the reasons. */
    Map<PendingOrder, Refusal> refusals() {
        return refusals;
    }

    /** The orders that are placed, by this transaction or by an earlier one with the same key. */
    Map<PendingOrder, PlaceReply> replies() {
        return replies;
    }

    /** The products of the orders, as the transaction has left them. */
    List<Product> products() {
        return stock.values().stream().map(Stock::product).toList();
    }

    /** The number of the last order, if the transaction has read it. */
    OptionalLong last() {
        return last;
    }

    // --- one order ---

    /**
     * Places an order with one statement.
     *
     * @return false if it is not placed, for a reason that {@link #place} finds
     * @throws SQLException whose meaning {@link SqlFailure} knows
     */
    boolean placeAlone(PendingOrder order) throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement(ALONE)) {
            OffsetDateTime at = now();
            statement.setLong(1, order.quantity());
            statement.setString(2, order.name());
            statement.setLong(3, order.quantity());
            statement.setString(4, order.key());
            statement.setString(5, order.name());
            statement.setInt(6, order.quantity());
            statement.setObject(7, at);
            if (!order.send()) {
                return false;
            }
            try (ResultSet row = statement.executeQuery()) { // Commit
                SqlFailure.requireNone(statement.getWarnings());
                if (row.next()) {
                    placed(order, at, row);
                    return true;
                }
            }
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
        }
        order.rolledBack();
        return false;
    }

    private void placed(PendingOrder order, OffsetDateTime at, ResultSet row) throws SQLException {
        Stock left = new Stock(order.name(), row.getBigDecimal(2), row.getLong(3), row.getLong(4));
        stock.put(order.name(), left);
        last = OptionalLong.of(row.getLong(1));
        replies.put(
                order,
                new PlaceReply(
                        last.getAsLong(), order.name(), order.quantity(), left.price, at.toInstant(), left.version));
    }

    // --- a batch ---

    /**
     * Places a batch of orders.
     *
     * @throws SQLException whose meaning {@link SqlFailure} knows
     */
    void place(List<PendingOrder> batch) throws SQLException {
        connection.setAutoCommit(false);
        read(batch);
        batch.forEach(this::decide);
        if (placements.isEmpty() && replies.isEmpty()) {
            connection.rollback();
        } else {
            write();
        }
    }

    private void read(List<PendingOrder> batch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            setArray(
                    statement,
                    1,
                    "text",
                    batch.stream().map(PendingOrder::name).distinct().toArray());
            setArray(
                    statement,
                    2,
                    "text",
                    batch.stream().map(PendingOrder::key).distinct().toArray());
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

    private void write() throws SQLException {
        int count = placements.size();
        List<Stock> taken =
                stock.values().stream().filter(product -> product.taken > 0).toList();
        List<Placement> rows = new ArrayList<>(placements.values());
        OffsetDateTime at = now();
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setLong(1, count);
            setArray(
                    statement,
                    2,
                    "text",
                    taken.stream().map(product -> product.name).toArray());
            setArray(
                    statement,
                    3,
                    "bigint",
                    taken.stream().map(product -> product.taken).toArray());
            statement.setLong(4, count);
            statement.setObject(5, at);
            setArray(
                    statement,
                    6,
                    "text",
                    rows.stream().map(row -> row.order().key()).toArray());
            setArray(
                    statement,
                    7,
                    "text",
                    rows.stream().map(row -> row.order().name()).toArray());
            setArray(
                    statement,
                    8,
                    "integer",
                    rows.stream().map(row -> row.order().quantity()).toArray());
            setArray(
                    statement,
                    9,
                    "numeric",
                    rows.stream().map(row -> row.stock().price).toArray());
            statement.execute(); // Commit
            SqlFailure.requireNone(statement.getWarnings());
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                last = OptionalLong.of(row.getLong(1));
            }
        }
        for (Placement row : rows) {
            replies.put(row.order(), reply(row, row.stock().newVersion(), at));
        }
        repeated.forEach((order, first) -> replies.put(order, reply(first, 0, at)));
    }

    private PlaceReply reply(Placement row, long version, OffsetDateTime at) {
        PendingOrder order = row.order();
        long number = last.orElseThrow() - placements.size() + row.place();
        return new PlaceReply(number, order.name(), order.quantity(), row.stock().price, at.toInstant(), version);
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }

    private void setArray(PreparedStatement statement, int index, String type, Object... values) throws SQLException {
        statement.setArray(index, connection.createArrayOf(type, values));
    }
}
