package toystore.db.copy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.sql.StoredKey;

/** A store in a database, in one transaction that only reads: its services may run. Not thread-safe. */
final class DatabaseSource implements CopySource {
    private static final int ROWS_AT_ONCE = 5000;

    private final DatabaseUrl url;
    private final Connection connection;

    private DatabaseSource(DatabaseUrl url, Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    /** Connects to a database. */
    static DatabaseSource open(DatabaseUrl url) throws IOException {
        return new DatabaseSource(url, Database.connect(url));
    }

    @Override
    public void read(CopyVisitor visitor) throws IOException {
        try {
            Database.beginReading(connection);
            Schema.Store store = new Schema().require(connection, "the database at " + url.servers());
            query(
                    "select (select count(*) from products), (select count(*) from changes), (select count(*) from orders)",
                    row -> visitor.header(Header.of(store.id(), row.getLong(1), row.getLong(2), row.getLong(3))));
            query(
                    "select name, price, quantity, started, restocked from products order by name",
                    row -> visitor.product(new ProductLine(
                            row.getString(1), row.getBigDecimal(2), row.getLong(3), row.getLong(4), row.getLong(5))));
            long[] number = new long[1];
            query(
                    "select name, price, add, key, at from changes order by at, key",
                    row -> visitor.change(change(++number[0], row)));
            query(
                    "select number, name, quantity, price, at, key from orders order by number",
                    row -> visitor.order(order(row)));
        } catch (SQLException e) {
            throw Database.failure(url, e);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the database at " + url.servers() + ": " + e.getMessage() + ": ./toystore audit says more", e);
        }
        visitor.end();
    }

    private static ChangeLine change(long number, ResultSet row) throws SQLException {
        String key = StoredKey.sent(row.getString(4));
        return new ChangeLine(
                number,
                row.getString(1),
                row.getBigDecimal(2),
                Math.toIntExact(row.getLong(3)),
                key,
                key == null ? null : time(row, 5));
    }

    private static PlacedOrder order(ResultSet row) throws SQLException {
        return new PlacedOrder(
                row.getLong(1),
                row.getString(2),
                row.getInt(3),
                row.getBigDecimal(4),
                time(row, 5),
                StoredKey.sent(row.getString(6)));
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private interface RowVisitor {
        void row(ResultSet row) throws IOException, SQLException;
    }

    private void query(String sql, RowVisitor visitor) throws IOException, SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    visitor.row(rows);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }
}
