package toystore.db.copy;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;
import toystore.orders.audit.DatabaseAudit;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.sql.SqlFailure;
import toystore.sql.StoredKey;

/**
 * A store in a database that has no orders and no changes yet. Its products are replaced. Not thread-safe.
 *
 * <p>Everything is one transaction, with the audit. It locks the products and then the counter, as an order does, so a cell
 * that runs places no order meanwhile. Products are updated in place, so that an order that waits for one finds it.
 */
final class DatabaseTarget implements CopyTarget {
    private static final int ROWS_AT_ONCE = 5000;

    private final DatabaseUrl url;
    private final String name;
    private final Connection connection;
    private final PrintStream report;
    private final List<ProductLine> products = new ArrayList<>(); // not inserted yet, as the next two
    private final List<ChangeLine> changes = new ArrayList<>();
    private final List<PlacedOrder> orders = new ArrayList<>();
    private long version; // of the products
    private long last; // number of the last order

    private DatabaseTarget(DatabaseUrl url, Connection connection, PrintStream report) {
        this.url = url;
        this.name = "the database at " + url.servers();
        this.connection = connection;
        this.report = report;
    }

    /**
     * Connects to a database.
     *
     * @param report gets the report of the audit
     */
    static DatabaseTarget open(DatabaseUrl url, PrintStream report) throws IOException {
        return new DatabaseTarget(url, Database.connect(url), report);
    }

    @Override
    public void header(Header header) throws IOException {
        try {
            connection.setAutoCommit(false);
            new Schema().require(connection, name);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select count(*) from (select 1 from products order by name for update) locked");
                statement.execute("select n from counter where one = 1 for update");
                requireEmpty(statement, "orders");
                requireEmpty(statement, "changes");
                try (ResultSet row = statement.executeQuery("select coalesce(max(version), 0) + 1 from products")) {
                    row.next();
                    version = row.getLong(1); // a cell keeps what it has until there is a higher one
                }
            }
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }

    private void requireEmpty(Statement statement, String table) throws IOException, SQLException {
        try (ResultSet row = statement.executeQuery("select exists (select 1 from " + table + ")")) {
            row.next();
            if (row.getBoolean(1)) {
                throw new IOException(name + " has " + table + "; expected a store without orders and changes, as"
                        + " ./toystore db init makes it");
            }
        }
    }

    @Override
    public void product(ProductLine product) throws IOException {
        products.add(product);
        if (products.size() == ROWS_AT_ONCE) {
            insertProducts();
        }
    }

    @Override
    public void change(ChangeLine change) throws IOException {
        changes.add(change);
        if (changes.size() == ROWS_AT_ONCE) {
            insertChanges();
        }
    }

    @Override
    public void order(PlacedOrder order) throws IOException {
        orders.add(order);
        last = order.order();
        if (orders.size() == ROWS_AT_ONCE) {
            insertOrders();
        }
    }

    @Override
    public void end() throws IOException {
        insertProducts();
        insertChanges();
        insertOrders();
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "delete from products where version < " + version); // those that the lines do not have
                statement.execute("update counter set n = " + last + " where one = 1");
                statement.execute("analyze");
            }
            if (!DatabaseAudit.run(connection, name, report, false)) {
                throw new IOException("the audit found a difference: nothing was imported into " + name);
            }
            Database.commit(connection);
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }

    private void insertProducts() throws IOException {
        insert(
                "insert into products(name, price, quantity, started, restocked, version) select name, price, quantity,"
                        + " started, restocked, " + version
                        + " from unnest(?::text[], ?::numeric[], ?::bigint[], ?::bigint[], ?::bigint[])"
                        + " line(name, price, quantity, started, restocked)"
                        + " on conflict (name) do update set price = excluded.price, quantity = excluded.quantity,"
                        + " started = excluded.started, restocked = excluded.restocked, version = excluded.version",
                products,
                List.of(
                        new Column<>("text", ProductLine::product),
                        new Column<>("numeric", ProductLine::price),
                        new Column<>("bigint", ProductLine::quantity),
                        new Column<>("bigint", ProductLine::started),
                        new Column<>("bigint", ProductLine::restocked)));
    }

    private void insertChanges() throws IOException {
        insert(
                "insert into changes(key, name, price, add, at) select key, name, price, add, at"
                        + " from unnest(?::text[], ?::text[], ?::numeric[], ?::bigint[], ?::timestamptz[])"
                        + " line(key, name, price, add, at)",
                changes,
                List.of(
                        new Column<>("text", DatabaseTarget::key),
                        new Column<>("text", ChangeLine::name),
                        new Column<>("numeric", ChangeLine::price),
                        new Column<>("bigint", ChangeLine::add),
                        new Column<>(
                                "timestamptz", change -> time(change.time() == null ? Instant.EPOCH : change.time()))));
    }

    /** Digits of one length, so that the keys have the order of the numbers. */
    private static String key(ChangeLine change) {
        return change.key() == null
                ? StoredKey.without(String.format(Locale.ROOT, "%019d", change.change()))
                : change.key();
    }

    /** Inserts orders. Their keys are mostly new; if not, those of earlier orders with them are set aside. */
    private void insertOrders() throws IOException {
        Map<String, Long> newest = new HashMap<>(); // the last order with a key
        for (PlacedOrder order : orders) {
            if (order.key() != null) {
                newest.put(order.key(), order.order());
            }
        }
        try {
            Savepoint before = connection.setSavepoint();
            try {
                insertOrders(newest);
            } catch (SQLException e) {
                if (SqlFailure.of(e) != SqlFailure.RETRY) {
                    throw e;
                }
                connection.rollback(before);
                setAside(newest.keySet().toArray());
                insertOrders(newest);
            }
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
        orders.clear();
    }

    private void insertOrders(Map<String, Long> newest) throws SQLException {
        execute(
                "insert into orders(number, key, name, quantity, price, at) select number, key, name, quantity, price, at"
                        + " from unnest(?::bigint[], ?::text[], ?::text[], ?::int[], ?::numeric[], ?::timestamptz[])"
                        + " line(number, key, name, quantity, price, at)",
                orders,
                List.of(
                        new Column<>("bigint", PlacedOrder::order),
                        new Column<>("text", order -> key(order, newest)),
                        new Column<>("text", PlacedOrder::name),
                        new Column<>("int", PlacedOrder::quantity),
                        new Column<>("numeric", PlacedOrder::price),
                        new Column<>("timestamptz", order -> time(order.time()))));
    }

    private static String key(PlacedOrder order, Map<String, Long> newest) {
        String id = Long.toString(order.order());
        if (order.key() == null) {
            return StoredKey.without(id);
        }
        return newest.get(order.key()) == order.order() ? order.key() : StoredKey.superseded(id, order.key());
    }

    private void setAside(Object... keys) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update orders set key = ' ' || number || ' ' || key where key = any(?)")) {
            update.setArray(1, connection.createArrayOf("text", keys));
            update.executeUpdate();
        }
    }

    private record Column<T>(String type, Function<T, Object> value) {}

    private <T> void insert(String sql, List<T> rows, List<Column<T>> columns) throws IOException {
        try {
            execute(sql, rows, columns);
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
        rows.clear();
    }

    private <T> void execute(String sql, List<T> rows, List<Column<T>> columns) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < columns.size(); i++) {
                Column<T> column = columns.get(i);
                Object[] values = rows.stream().map(column.value()).toArray();
                insert.setArray(i + 1, connection.createArrayOf(column.type(), values));
            }
            insert.executeUpdate();
        }
    }

    private static String time(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toString();
    }

    /** Ends the transaction; what was not committed is as if it had not been. */
    @Override
    public void close() throws IOException {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }
}
