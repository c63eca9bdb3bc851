package toystore.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;

/**
 * One try to place a batch of orders with one statement, in one round trip. Not thread-safe.
 *
 * <p>It places all orders of the batch. If a product is unknown or has too few units, or if a key is known, it changes
 * nothing, and there is no error in the log of the server. {@link OrderTransaction} then decides order by order.
 *
 * <p>The locks are those of the transaction, in the same order: the products in the order of their names, then the
 * counter. The keys are those that were known when the statement began: an order that another cell places with the same
 * key meanwhile fails the unique key, which rolls the statement back ({@link SqlFailure#RETRY}).
 *
 * <p>All parameters have a type: for one without, the driver would ask the server first.
 */
final class OrderStatement {
    /** Whether a row is a {@link Product}; another program may write others. Nothing may fail after the commit. */
    private static final String IS_PRODUCT = "price <= 1000000000 and price = round(price, 4)";

    private static final String KEYS_ARE_NEW = "not exists (select 1 from orders where key = any(?::text[]))";

    /** For orders of one product, which its update locks and checks as well. */
    private static final String ONE_PRODUCT =
            "with taken as (update products set quantity = quantity - ?, version = version + 1"
                    + " where name = ? and quantity >= ? and " + IS_PRODUCT + " and " + KEYS_ARE_NEW
                    + " returning " + ProductRows.COLUMNS + "),"
                    + " numbers as (update counter set n = n + ? where one = 1 and exists (select 1 from taken)"
                    + " returning n),"
                    + " placed as (insert into orders(number, key, name, quantity, price, at)"
                    + " select numbers.n - ? + o.place, o.key, taken.name, o.quantity, taken.price, ?::timestamptz"
                    + " from taken, numbers, unnest(?::text[], ?::int[]) with ordinality o(key, quantity, place))"
                    + " select " + ProductRows.COLUMNS + ", n from taken, numbers";

    /**
     * For orders of several products: the locks come first, and one row in {@code fits} if all can be placed. PostgreSQL
     * merges no query with {@code for update} into another one.
     */
    private static final String SEVERAL_PRODUCTS =
            "with wanted as (select * from unnest(?::text[], ?::bigint[]) w(name, units)),"
                    + " locked as (select name, quantity from products where name = any(?::text[]) and "
                    + IS_PRODUCT + " order by name for update),"
                    + " fits as (select 1 from locked join wanted using (name) where locked.quantity >= wanted.units"
                    + " and " + KEYS_ARE_NEW + " having count(*) = (select count(*) from wanted)),"
                    + " taken as (update products p set quantity = p.quantity - wanted.units, version = p.version + 1"
                    + " from wanted, fits where p.name = wanted.name"
                    + " returning p.name, p.price, p.quantity, p.version),"
                    + " numbers as (update counter set n = n + ? where one = 1 and exists (select 1 from fits)"
                    + " returning n),"
                    + " placed as (insert into orders(number, key, name, quantity, price, at)"
                    + " select numbers.n - ? + o.place, o.key, o.name, o.quantity, taken.price, ?::timestamptz"
                    + " from numbers, unnest(?::text[], ?::text[], ?::int[])"
                    + " with ordinality o(key, name, quantity, place) join taken on taken.name = o.name)"
                    + " select " + ProductRows.COLUMNS + ", n from taken, numbers";

    private final Connection connection;
    private final Clock clock;

    OrderStatement(Connection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
    }

    /**
     * Places a batch of orders.
     *
     * @return empty if nothing is changed, for a reason that {@link OrderTransaction} finds
     * @throws SQLException whose meaning {@link SqlFailure} knows
     */
    Optional<BatchResult> place(List<PendingOrder> batch) throws SQLException {
        if (batch.stream().map(PendingOrder::key).distinct().count() < batch.size()) {
            return Optional.empty();
        }
        connection.setAutoCommit(true);
        boolean one = batch.stream().map(PendingOrder::name).distinct().count() == 1;
        OffsetDateTime at = BatchResult.now(clock);
        Optional<BatchResult> result = Optional.empty();
        try (PreparedStatement statement = connection.prepareStatement(one ? ONE_PRODUCT : SEVERAL_PRODUCTS)) {
            if (one) {
                setOneProduct(statement, batch, at);
            } else {
                setSeveralProducts(statement, batch, at);
            }
            if (batch.stream().allMatch(PendingOrder::send)) {
                result = execute(statement, batch, at);
            }
        }
        if (result.isEmpty()) {
            batch.forEach(PendingOrder::rolledBack);
        }
        return result;
    }

    private void setOneProduct(PreparedStatement statement, List<PendingOrder> batch, OffsetDateTime at)
            throws SQLException {
        long units = batch.stream().mapToLong(PendingOrder::quantity).sum();
        Array keys = ProductRows.array(connection, "text", batch, PendingOrder::key);
        statement.setLong(1, units);
        statement.setString(2, batch.get(0).name());
        statement.setLong(3, units);
        statement.setArray(4, keys);
        statement.setLong(5, batch.size());
        statement.setLong(6, batch.size());
        statement.setObject(7, at);
        statement.setArray(8, keys);
        statement.setArray(9, ProductRows.array(connection, "integer", batch, PendingOrder::quantity));
    }

    private void setSeveralProducts(PreparedStatement statement, List<PendingOrder> batch, OffsetDateTime at)
            throws SQLException {
        Map<String, Long> units = new HashMap<>(); // by name
        batch.forEach(order -> units.merge(order.name(), (long) order.quantity(), Long::sum));
        Array names = ProductRows.texts(connection, units.keySet());
        Array keys = ProductRows.array(connection, "text", batch, PendingOrder::key);
        statement.setArray(1, names);
        statement.setArray(2, connection.createArrayOf("bigint", units.values().toArray()));
        statement.setArray(3, names);
        statement.setArray(4, keys);
        statement.setLong(5, batch.size());
        statement.setLong(6, batch.size());
        statement.setObject(7, at);
        statement.setArray(8, keys);
        statement.setArray(9, ProductRows.array(connection, "text", batch, PendingOrder::name));
        statement.setArray(10, ProductRows.array(connection, "integer", batch, PendingOrder::quantity));
    }

    private static Optional<BatchResult> execute(
            PreparedStatement statement, List<PendingOrder> batch, OffsetDateTime at) throws SQLException {
        Map<String, Product> products = new HashMap<>();
        long last = 0;
        try (ResultSet row = statement.executeQuery()) { // Commit
            SqlFailure.requireNone(statement.getWarnings());
            while (row.next()) {
                Product product = ProductRows.product(row);
                products.put(product.name(), product);
                last = row.getLong(5);
            }
        }
        if (products.isEmpty()) {
            return Optional.empty();
        }
        Map<PendingOrder, PlaceReply> replies = new LinkedHashMap<>();
        long number = last - batch.size();
        for (PendingOrder order : batch) {
            Product product = products.get(order.name());
            replies.put(order, BatchResult.reply(order, ++number, product.price(), at, product.version()));
        }
        return Optional.of(new BatchResult(replies, Map.of(), List.copyOf(products.values()), OptionalLong.of(last)));
    }
}
