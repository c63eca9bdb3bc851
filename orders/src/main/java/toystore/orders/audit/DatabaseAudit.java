package toystore.orders.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.orders.audit.AuditReport.KnownFiles;
import toystore.orders.audit.AuditReport.Row;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;

/**
 * Checks that the tables of a store agree, and are what the constraints of the database promise:
 *
 * <pre>
 *   started with + restocked − ordered = quantity ≥ 0    of each product
 *   sum of its changes                 = restocked
 *   order numbers                      = 1, 2, 3 … without gaps, up to the counter
 *   keys                               are different
 * </pre>
 *
 * It reads all tables as they were at one moment, so the store may run. The database adds up; in memory is a row for
 * each product. Not thread-safe.
 */
public final class DatabaseAudit {
    private static final int ROWS_AT_ONCE = 5000;

    private static final String PRODUCTS = """
            select coalesce(p.name, o.name, c.name), p.name is not null, coalesce(p.started, 0),
              coalesce(p.restocked, 0), coalesce(p.quantity, 0), coalesce(o.units, 0)::bigint, coalesce(o.first, 0),
              coalesce(c.added, 0)::bigint
            from products p
            full join (select name collate "C" as name, sum(quantity) as units, min(number) as first
              from orders group by 1) o on o.name = p.name
            full join (select name collate "C" as name, sum(add) as added
              from changes group by 1) c on c.name = coalesce(p.name, o.name)
            order by 1""";

    private static final String ORDERS = """
            select count(*), coalesce(min(number), 0), coalesce(max(number), 0),
              count(*) filter (where key not like ' %' or key like ' % %')
            from orders""";

    /** The orders after which the next number is not the next order. */
    private static final String GAPS = """
            select number, next from (select number, lead(number) over (order by number) as next from orders) o
            where next <> number + 1 order by number""";

    private static final String REPEATED_KEYS =
            "select key, min(number), max(number) from orders group by key having count(*) > 1 order by 2";

    private final Connection connection;
    private final String database;
    private final PrintStream out;
    private final AuditReport report;
    private final Map<String, Row> products = new LinkedHashMap<>(); // in the order of their names

    private DatabaseAudit(Connection connection, String database, PrintStream out) {
        this.connection = connection;
        this.database = database;
        this.out = out;
        this.report = new AuditReport(out);
    }

    /**
     * Audits a database and prints a report. Returns whether there is no difference.
     *
     * @param all whether to print every product, however many there are
     * @throws IOException if it cannot be read, or has no store
     */
    public static boolean run(DatabaseUrl url, PrintStream out, boolean all) throws IOException {
        Connection connection = Database.connect(url);
        try (connection) {
            Database.beginReading(connection);
            return run(connection, "the database at " + url.servers(), out, all);
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }

    /**
     * Audits what a transaction sees. Prints a report; returns whether there is no difference.
     *
     * @param database for messages
     */
    public static boolean run(Connection connection, String database, PrintStream out, boolean all)
            throws IOException, SQLException {
        new Schema().require(connection, database);
        return new DatabaseAudit(connection, database, out).run(all);
    }

    private boolean run(boolean all) throws SQLException {
        checkProducts();
        KnownFiles everything = new KnownFiles(true, true);
        report.printTable(List.copyOf(products.keySet()), products::get, everything, all);
        checkOrders();
        checkKeys();
        return report.printFindings();
    }

    private void checkProducts() throws SQLException {
        query(PRODUCTS, row -> {
            String name = row.getString(1);
            String quoted = DisplayText.quoted(name);
            if (!row.getBoolean(2)) {
                report.difference(
                        row.getLong(7) > 0
                                ? "order " + row.getLong(7) + " is for " + quoted + ", which is no product"
                                : "a change is of " + quoted + ", which is no product");
            }
            long started = row.getLong(3);
            long restocked = row.getLong(4);
            long quantity = row.getLong(5);
            long ordered = row.getLong(6);
            long expected = started + restocked - ordered;
            products.put(name, new Row(name, started, restocked, ordered, quantity, expected - quantity));
            if (expected != quantity) {
                report.difference(quoted + ": started with " + started + ", restocked " + restocked + ", ordered "
                        + ordered + ": " + expected + " left, but " + database + " says " + quantity);
            }
            if (expected < 0 || quantity < 0) {
                report.difference(quoted + " is oversold: started with " + started + ", restocked " + restocked
                        + ", ordered " + ordered);
            }
            if (row.getLong(8) != restocked) {
                report.difference(quoted + ": restocked " + restocked + ", but its changes add " + row.getLong(8));
            }
        });
    }

    private void checkOrders() throws SQLException {
        query(ORDERS, row -> {
            long count = row.getLong(1);
            long first = row.getLong(2);
            long last = row.getLong(3);
            report.printOrders(first, last, row.getLong(4));
            if (count > 0 && first != 1) {
                report.difference("the first order has the number " + first + "; expected 1");
            }
            checkCounter(last);
        });
        query(
                GAPS,
                row -> report.difference("after order " + row.getLong(1) + " comes order " + row.getLong(2)
                        + ", but order " + (row.getLong(1) + 1) + " should be there"));
        query("select count(*) from changes", row -> out.println("changes: " + row.getLong(1)));
    }

    private void checkCounter(long last) throws SQLException {
        int[] rows = new int[1];
        query("select n from counter", row -> {
            rows[0]++;
            if (row.getLong(1) != last) {
                report.difference("the counter is " + row.getLong(1) + ", but the last order has the number " + last);
            }
        });
        if (rows[0] != 1) {
            report.difference("the table counter has " + rows[0] + " rows; expected 1");
        }
    }

    private void checkKeys() throws SQLException {
        query(
                REPEATED_KEYS,
                row -> report.difference("order " + row.getLong(3) + " has the key "
                        + DisplayText.quoted(row.getString(1)) + ", which order " + row.getLong(2) + " has too"));
    }

    private interface RowVisitor {
        void row(ResultSet row) throws SQLException;
    }

    private void query(String sql, RowVisitor visitor) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    visitor.row(rows);
                }
            }
        }
    }
}
