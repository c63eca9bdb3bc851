package toystore.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;

/**
 * One try to place a batch of orders of one product with one statement, in one round trip. Not thread-safe.
 *
 * <p>It places all orders of the batch. If the product is unknown or has too few units, or if a key is known, it changes
 * nothing, and there is no error in the log of the server. {@link OrderTransaction} then decides order by order.
 *
 * <p>The update checks the units again on the row that it has locked. For several products, the check would be in
 * another part of the statement than the update: two cells then tried to take units that were gone, and the table
 * refused that. So these batches are for the transaction.
 *
 * <p>The keys are those that were known when the statement began: an order that another cell places with the same key
 * meanwhile fails the unique key, which rolls the statement back ({@link SqlFailure#RETRY}).
 *
 * <p>All parameters have a type: for one without, the driver would ask the server first.
 */
final class OrderStatement {
    /** Whether a row is a {@link Product}; another program may write others. Nothing may fail after the commit. */
    private static final String IS_PRODUCT = "price <= 1000000000 and price = round(price, 4)";

    private static final String KEYS_ARE_NEW = "not exists (select 1 from orders where key = any(?::text[]))";

    private static final String PLACE =
            "with taken as (update products set quantity = quantity - ?, version = version + 1"
                    + " where name = ? and quantity >= ? and " + IS_PRODUCT + " and " + KEYS_ARE_NEW
                    + " returning " + ProductRows.COLUMNS + "),"
                    + " numbers as (update counter set n = n + ? where one = 1 and exists (select 1 from taken)"
                    + " returning n),"
                    + " placed as (insert into orders(number, key, name, quantity, price, at)"
                    + " select numbers.n - ? + o.place, o.key, taken.name, o.quantity, taken.price, ?::timestamptz"
                    + " from taken, numbers, unnest(?::text[], ?::int[]) with ordinality o(key, quantity, place))"
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
        if (batch.stream().map(PendingOrder::name).distinct().count() > 1
                || batch.stream().map(PendingOrder::key).distinct().count() < batch.size()) {
            return Optional.empty();
        }
        connection.setAutoCommit(true);
        OffsetDateTime at = BatchResult.now(clock);
        Optional<BatchResult> result = Optional.empty();
        try (PreparedStatement statement = connection.prepareStatement(PLACE)) {
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

    private static Optional<BatchResult> execute(
            PreparedStatement statement, List<PendingOrder> batch, OffsetDateTime at) throws SQLException {
        Product product;
        long last;
        try (ResultSet row = statement.executeQuery()) { // Commit
            SqlFailure.requireNone(statement.getWarnings());
            if (!row.next()) {
                return Optional.empty();
            }
            product = ProductRows.product(row);
            last = row.getLong(5);
        }
        Map<PendingOrder, PlaceReply> replies = new LinkedHashMap<>();
        long number = last - batch.size();
        for (PendingOrder order : batch) {
            replies.put(order, BatchResult.reply(order, ++number, product.price(), at, product.version()));
        }
        return Optional.of(new BatchResult(replies, Map.of(), List.of(product), OptionalLong.of(last)));
    }
}
