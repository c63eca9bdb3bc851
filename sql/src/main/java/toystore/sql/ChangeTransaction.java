package toystore.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import toystore.engine.ProductChange;
import toystore.wire.message.Product;
import toystore.wire.message.PutReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/**
 * Changes of products that are made in one transaction, all or none, and can be tried again. For one thread, but for
 * {@link #abandon}.
 *
 * <p>Each change has a key, and is in the table {@code changes} with it. A try that finds the keys there knows that an
 * earlier one was committed, although its reply was lost. A product that a change adds has started with 0 units: for
 * each product, {@code restocked} is the sum of its changes, and started + restocked − ordered = quantity.
 */
final class ChangeTransaction {
    private static final long FIRST_VERSION = 1;

    /** The locks are taken in the order of the names, as orders take them: no deadlock. */
    private static final String LOCK =
            "select " + ProductRows.COLUMNS + " from products where name = any(?) order by name for update";

    /** After the locks, so that it sees what the transaction before has committed. */
    private static final String FIND_KEYS = "select count(*) from changes where key = any(?)";

    private static final String UPDATE = "update products p set price = coalesce(c.price, p.price),"
            + " quantity = p.quantity + c.units, restocked = p.restocked + c.units, version = p.version + 1"
            + " from unnest(?::text[], ?::numeric[], ?::bigint[]) c(name, price, units) where p.name = c.name";
    private static final String INSERT = "insert into products(name, price, quantity, started, restocked)"
            + " select name, price, units, 0, units from unnest(?::text[], ?::numeric[], ?::bigint[])"
            + " c(name, price, units)";
    private static final String JOURNAL = "insert into changes(key, name, price, add, at)"
            + " select key, name, price, units, clock_timestamp()"
            + " from unnest(?::text[], ?::text[], ?::numeric[], ?::bigint[]) c(key, name, price, units)";

    private static final String LOCK_SOLD_OUT =
            "select " + ProductRows.COLUMNS + " from products where quantity = 0 order by name limit ? for update";

    /** Changes nothing; but the commit of it waits until the standbys have all that was committed before. */
    private static final String TOUCH = "update products set version = version where name = any(?)";

    private final List<ProductChange> changes;
    private final List<String> keys;
    private final Set<String> made = new HashSet<>(); // names of the products that the last try has added

    @GuardedBy("this")
    private boolean committing; // a try has sent its commit, and no reply came: it may be committed

    @GuardedBy("this")
    private boolean abandoned; // no try sends a commit any more

    ChangeTransaction(List<ProductChange> changes) {
        this.changes = List.copyOf(changes);
        this.keys = changes.stream().map(change -> UUID.randomUUID().toString()).toList();
    }

    /**
     * Gives up: no commit is sent from now on.
     *
     * @return whether one was sent and its outcome is not known
     */
    synchronized boolean abandon() {
        abandoned = true;
        return committing;
    }

    private synchronized boolean beginCommit() {
        committing = committing || !abandoned;
        return !abandoned;
    }

    private synchronized boolean mayBeCommitted() {
        return committing;
    }

    /**
     * Tries to make the changes.
     *
     * @throws RefusedException if one of them is not allowed, or if it was abandoned: then none is made
     * @throws SQLException whose meaning {@link SqlFailure} knows
     */
    List<PutReply> run(Connection connection) throws SQLException, RefusedException {
        connection.setAutoCommit(false);
        Map<String, Product> before = lock(connection);
        if (mayBeCommitted() && isJournalled(connection)) {
            touch(connection);
            commit(connection);
            return changes.stream()
                    .map(change -> new PutReply(before.get(change.name()), made.contains(change.name())))
                    .toList();
        }
        requireAllowed(before);
        List<ProductChange> added =
                changes.stream().filter(change -> made.contains(change.name())).toList();
        List<ProductChange> changed =
                changes.stream().filter(change -> !made.contains(change.name())).toList();
        write(connection, UPDATE, changed);
        write(connection, INSERT, added);
        journal(connection);
        commit(connection);
        return changes.stream()
                .map(change -> new PutReply(after(change, before.get(change.name())), made.contains(change.name())))
                .toList();
    }

    /**
     * Adds units to products of which there is none, and journals that. A product that another transaction restocks at
     * the same time is not found: the statement waits for its lock, and compares the quantity again.
     *
     * @param most products at once
     * @return the products after it
     */
    static List<Product> restock(Connection connection, int units, int most) throws SQLException {
        connection.setAutoCommit(false);
        Map<String, Product> soldOut;
        try (PreparedStatement statement = connection.prepareStatement(LOCK_SOLD_OUT)) {
            statement.setInt(1, most);
            soldOut = products(statement);
        }
        if (soldOut.isEmpty()) {
            connection.rollback();
            return List.of();
        }
        ChangeTransaction restock = new ChangeTransaction(soldOut.keySet().stream()
                .map(name -> new ProductChange(name, null, units))
                .toList());
        write(connection, UPDATE, restock.changes);
        restock.journal(connection);
        Database.commit(connection); // Commit
        return restock.changes.stream()
                .map(change -> after(change, soldOut.get(change.name())))
                .toList();
    }

    private void commit(Connection connection) throws SQLException, RefusedException {
        if (!beginCommit()) {
            throw new RefusedException(Refusal.notReady("the change took too long"));
        }
        Database.commit(connection); // Commit
    }

    private Map<String, Product> lock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, names(connection, changes));
            return products(statement);
        }
    }

    private static Map<String, Product> products(PreparedStatement statement) throws SQLException {
        Map<String, Product> products = new LinkedHashMap<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Product product = ProductRows.product(row);
                if (product != null) {
                    products.put(product.name(), product);
                }
            }
        }
        return products;
    }

    private boolean isJournalled(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND_KEYS)) {
            statement.setArray(1, ProductRows.texts(connection, keys));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) > 0;
            }
        }
    }

    private void touch(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TOUCH)) {
            statement.setArray(1, names(connection, changes));
            statement.executeUpdate();
        }
    }

    private void requireAllowed(Map<String, Product> before) throws RefusedException {
        made.clear();
        for (ProductChange change : changes) {
            Product product = before.get(change.name());
            if (product == null) {
                change.requireNew();
                made.add(change.name());
            } else {
                change.requireRoom(product.quantity());
            }
        }
        for (ProductChange change : changes) {
            Product product = before.get(change.name());
            if (product != null && change.taken() > product.quantity()) {
                throw new RefusedException(Refusal.tooFewToTake(change.add(), product.quantity()));
            }
        }
    }

    private static void write(Connection connection, String sql, List<ProductChange> changes) throws SQLException {
        if (!changes.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setArray(1, names(connection, changes));
                statement.setArray(2, prices(connection, changes));
                statement.setArray(3, units(connection, changes));
                statement.executeUpdate();
            }
        }
    }

    private void journal(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(JOURNAL)) {
            statement.setArray(1, ProductRows.texts(connection, keys));
            statement.setArray(2, names(connection, changes));
            statement.setArray(3, prices(connection, changes));
            statement.setArray(4, units(connection, changes));
            statement.executeUpdate();
        }
    }

    private static Array names(Connection connection, List<ProductChange> changes) throws SQLException {
        return ProductRows.texts(
                connection, changes.stream().map(ProductChange::name).toList());
    }

    private static Array prices(Connection connection, List<ProductChange> changes) throws SQLException {
        return connection.createArrayOf(
                "numeric", changes.stream().map(ProductChange::price).toArray());
    }

    private static Array units(Connection connection, List<ProductChange> changes) throws SQLException {
        return connection.createArrayOf(
                "bigint", changes.stream().map(change -> (long) change.add()).toArray());
    }

    /** The product as a change leaves it. */
    private static Product after(ProductChange change, Product before) {
        if (before == null) {
            return new Product(change.name(), change.price(), change.add(), FIRST_VERSION);
        }
        return new Product(
                change.name(),
                change.price() == null ? before.price() : change.price(),
                before.quantity() + change.add(),
                before.version() + 1);
    }
}
