package toystore.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import toystore.wire.message.Product;

/**
 * The tables of a store in a database, and their version. Thread-safe.
 *
 * <p>Script n makes version n out of version n − 1. Only {@link #init} and {@link #upgrade} change the tables. Several
 * callers may do so at once: one does the work, the others find it done.
 */
public final class Schema {
    private static final Set<String> RACE =
            Set.of("23505", "40001", "40P01", "42P07", "42710", "XX000"); // two callers make the same table at once
    private static final int TRIES = 10;
    private static final int CHUNK = 10_000; // products in one statement

    private final List<String> scripts;

    /**
     * A store in a database.
     *
     * @param id random; tells stores apart
     * @param version of its tables
     */
    public record Store(String id, int version) {}

    /** The tables as this program knows them. */
    public Schema() {
        this(readScripts());
    }

    Schema(List<String> scripts) {
        this.scripts = List.copyOf(scripts);
    }

    private static List<String> readScripts() {
        List<String> scripts = new ArrayList<>();
        for (int number = 1; ; number++) {
            String name = String.format(Locale.ROOT, "schema/%04d.sql", number);
            try (InputStream in = Schema.class.getResourceAsStream(name)) {
                if (in == null) {
                    return scripts;
                }
                scripts.add(new String(in.readAllBytes(), UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The version that this program needs. */
    public int version() {
        return scripts.size();
    }

    /** The store of a database, of any version; empty if it has none. */
    public Optional<Store> find(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet table = statement.executeQuery("select to_regclass('store') is not null")) {
                table.next();
                if (!table.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (ResultSet row = statement.executeQuery("select id, schema_version from store where one = 1")) {
                return row.next() ? Optional.of(new Store(row.getString(1), row.getInt(2))) : Optional.empty();
            }
        }
    }

    /**
     * The store, if its version is the one that this program needs.
     *
     * @param database for messages
     * @throws IOException if it is another; the message says what to run
     */
    public Store require(Connection connection, String database) throws IOException, SQLException {
        Store store =
                find(connection).orElseThrow(() -> new IOException(database + " has no store: run ./toystore db init"));
        if (store.version() < version()) {
            throw new IOException(database + " has version " + store.version()
                    + " of the tables, but this program needs " + version() + ": run ./toystore db upgrade");
        }
        if (store.version() > version()) {
            throw new IOException(database + " has version " + store.version()
                    + " of the tables, but this program needs " + version() + ": run a newer release of the programs");
        }
        return store;
    }

    /**
     * The store, as {@link #require} finds it, if it is the same as before.
     *
     * @param before {@code null} if none was found
     */
    Store require(Connection connection, String database, Store before) throws IOException, SQLException {
        Store store = require(connection, database);
        if (before != null && !before.id().equals(store.id())) {
            throw new IOException(database + " has another store than before: " + store.id() + ", not " + before.id()
                    + "; restart the service to use it");
        }
        return store;
    }

    /**
     * Creates the tables, and the store with its products. Has no effect on a store that is there.
     *
     * @param products the starting catalog, of different names
     * @return the new store; empty if one was there
     */
    public Optional<Store> init(Connection connection, List<Product> products) throws IOException, SQLException {
        requireUnicode(connection);
        return inTransaction(connection, () -> {
            if (find(connection).isPresent()) {
                return Optional.empty();
            }
            try (Statement statement = connection.createStatement()) {
                for (String script : scripts) {
                    statement.execute(script);
                }
            }
            leaveRoomForUpdates(connection);
            Store store = new Store(UUID.randomUUID().toString(), version());
            if (!insert(connection, store)) {
                return Optional.empty();
            }
            insert(connection, products);
            return Optional.of(store);
        });
    }

    /**
     * Brings the tables to the version that this program needs.
     *
     * @return the store as it was before
     * @throws IOException if there is none, or a newer one; the message says what to run
     */
    public Store upgrade(Connection connection, String database) throws IOException, SQLException {
        Store before =
                find(connection).orElseThrow(() -> new IOException(database + " has no store: run ./toystore db init"));
        for (int next = before.version() + 1; next <= version(); next++) {
            int number = next;
            inTransaction(connection, () -> {
                try (Statement statement = connection.createStatement();
                        ResultSet row =
                                statement.executeQuery("select schema_version from store where one = 1 for update")) {
                    row.next();
                    if (row.getInt(1) == number - 1) {
                        statement.execute(scripts.get(number - 1));
                        statement.execute("update store set schema_version = " + number + " where one = 1");
                    }
                }
                return null;
            });
        }
        require(connection, database);
        return before;
    }

    private static void requireUnicode(Connection connection) throws IOException, SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('server_encoding')")) {
            row.next();
            if (!row.getString(1).equals("UTF8")) {
                throw new IOException("the encoding of the database is " + row.getString(1)
                        + "; expected UTF8: create database … encoding 'UTF8' template template0");
            }
        }
    }

    /** An update of a product then stays in its page, and changes no index. Not every server has this setting. */
    private static void leaveRoomForUpdates(Connection connection) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter table products set (fillfactor = 50)");
        } catch (SQLException e) {
            if (RACE.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            connection.rollback(before);
        }
    }

    private static boolean insert(Connection connection, Store store) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into store(one, id, schema_version) values (1, ?, ?) on conflict do nothing")) {
            insert.setString(1, store.id());
            insert.setInt(2, store.version());
            return insert.executeUpdate() == 1;
        }
    }

    private static void insert(Connection connection, List<Product> products) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into products(name, price, quantity, started)"
                        + " select name, price, quantity, quantity from unnest(?::text[], ?::numeric[], ?::bigint[])"
                        + " starting(name, price, quantity)")) {
            for (int from = 0; from < products.size(); from += CHUNK) {
                List<Product> chunk = products.subList(from, Math.min(products.size(), from + CHUNK));
                insert.setArray(
                        1,
                        array(
                                connection,
                                "text",
                                chunk.stream().map(Product::name).toArray()));
                insert.setArray(
                        2,
                        array(
                                connection,
                                "numeric",
                                chunk.stream().map(Product::price).toArray()));
                insert.setArray(
                        3,
                        array(
                                connection,
                                "bigint",
                                chunk.stream()
                                        .map(product -> (long) product.quantity())
                                        .toArray()));
                insert.executeUpdate();
            }
        }
    }

    private static Array array(Connection connection, String type, Object... values) throws SQLException {
        return connection.createArrayOf(type, values);
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    /** Runs work in a transaction, again if another one was first. */
    private static <T> T inTransaction(Connection connection, Work<T> work) throws SQLException {
        boolean automatic = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    T result = work.run();
                    Database.commit(connection);
                    return result;
                } catch (RuntimeException | Error e) {
                    connection.rollback(); // else the end of this method would commit
                    throw e;
                } catch (SQLException e) {
                    connection.rollback();
                    if (attempt == TRIES || !RACE.contains(String.valueOf(e.getSQLState()))) {
                        throw e;
                    }
                }
            }
        } finally {
            connection.setAutoCommit(automatic);
        }
    }
}
