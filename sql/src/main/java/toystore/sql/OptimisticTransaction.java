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
 * One try to place all orders of a batch in a transaction of one round trip. Not thread-safe.
 *
 * <p>If a product is unknown or has too few units, or if a key is known, it changes nothing, and there is no error in
 * the log of the server. {@link OrderTransaction} then decides order by order. The locks of both are the same, in the
 * same order: the products in the order of their names, then the counter.
 *
 * <p>The products are locked by a statement of their own: the next one sees what was committed before it began, and so
 * the units that the locked rows have. A statement that locks and looks sees rows as they were before it waited.
 *
 * <p>What it has not locked may change after it has looked: another cell may place the same key with another product,
 * or take units of a product that is added just now. Then the unique key, or the condition on the stock, rolls the
 * transaction back ({@link SqlFailure#RETRY}).
 *
 * <p>If it changes nothing, its commit waits for no disk and no standby.
 *
 * <p>All parameters have a type: for one without, the driver would ask the server first.
 */
final class OptimisticTransaction {
    /** Whether a row is a {@link Product}; another program may write others. Nothing may fail after the commit. */
    private static final String IS_PRODUCT = "price <= 1000000000 and price = round(price, 4)";

    private static final String PLACE = "select 1 from products where name = any(?::text[]) order by name for update;"
            + " with wanted as (select * from unnest(?::text[], ?::bigint[]) w(name, units)),"
            + " fits as (select 1 from products join wanted using (name) where quantity >= units and " + IS_PRODUCT
            + " and not exists (select 1 from orders where key = any(?::text[]))"
            + " having count(*) = (select count(*) from wanted)),"
            + " taken as (update products p set quantity = p.quantity - wanted.units, version = p.version + 1"
            + " from wanted, fits where p.name = wanted.name returning p.name, p.price, p.quantity, p.version),"
            + " numbers as (update counter set n = n + ? where one = 1 and exists (select 1 from fits) returning n),"
            + " placed as (insert into orders(number, key, name, quantity, price, at)"
            + " select numbers.n - ? + o.place, o.key, o.name, o.quantity, taken.price, ?::timestamptz"
            + " from numbers, unnest(?::text[], ?::text[], ?::int[])"
            + " with ordinality o(key, name, quantity, place) join taken on taken.name = o.name)"
            + " select " + ProductRows.COLUMNS + ", n from taken, numbers"
            + " union all select set_config('synchronous_commit', 'off', true), null, null, null, null"
            + " where not exists (select 1 from fits);"
            + " commit";

    private final Connection connection;
    private final Clock clock;

    OptimisticTransaction(Connection connection, Clock clock) {
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
        connection.setAutoCommit(false);
        OffsetDateTime at = BatchResult.now(clock);
        Optional<BatchResult> result = Optional.empty();
        try (PreparedStatement statement = connection.prepareStatement(PLACE)) {
            statement.setFetchSize(0); // whatever the URL says: the commit ends a result set that is read in parts
            setParameters(statement, batch, at);
            if (batch.stream().allMatch(PendingOrder::send)) {
                result = execute(statement, batch, at);
            }
        }
        if (result.isEmpty()) {
            batch.forEach(PendingOrder::rolledBack);
        }
        return result;
    }

    private void setParameters(PreparedStatement statement, List<PendingOrder> batch, OffsetDateTime at)
            throws SQLException {
        Map<String, Long> units = new HashMap<>(); // by name
        batch.forEach(order -> units.merge(order.name(), (long) order.quantity(), Long::sum));
        Array names = ProductRows.texts(connection, units.keySet());
        Array keys = ProductRows.array(connection, "text", batch, PendingOrder::key);
        statement.setArray(1, names);
        statement.setArray(2, names);
        statement.setArray(3, ProductRows.array(connection, "bigint", units.values(), Long::valueOf));
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
        statement.execute(); // Commit
        SqlFailure.requireNone(statement.getWarnings());
        statement.getMoreResults(); // after those that were locked
        Map<String, Product> products = new HashMap<>();
        long last = 0;
        try (ResultSet row = statement.getResultSet()) {
            while (row.next()) {
                last = row.getLong(5);
                if (row.wasNull()) {
                    return Optional.empty();
                }
                Product product = ProductRows.product(row);
                products.put(product.name(), product);
            }
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
