package toystore.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.engine.OrderEngine;
import toystore.sql.Database.Work;
import toystore.wire.codec.PageSize;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/** Reads orders from the database. Thread-safe. */
final class OrderQueries {
    private static final Logger log = LoggerFactory.getLogger(OrderQueries.class);
    private static final String FIND = "select number, name, quantity, price, at from orders where number = ?";
    private static final String LIST =
            "select number, name, quantity, price, at from orders where number > ? order by number limit ?";

    private final Database database;

    OrderQueries(Database database) {
        this.database = database;
    }

    /** An order by its number. */
    Order find(long number) throws RefusedException {
        List<Order> found = run("order " + number, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setLong(1, number);
                return read(statement);
            }
        });
        if (found.isEmpty()) {
            throw new RefusedException(Refusal.unknownOrder());
        }
        return found.get(0);
    }

    /**
     * A page of the orders after a number, which may be 0.
     *
     * @param limit the most orders in the page; it may have fewer, to fit into a message
     */
    OrderPage list(long after, int limit) throws RefusedException {
        PageSize size = new PageSize(OrderEngine.ORDER_BYTES);
        int most = Math.min(limit, size.mostEntries());
        List<Order> orders = run("the orders after " + after, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LIST)) {
                statement.setLong(1, after);
                statement.setInt(2, most + 1);
                return read(statement);
            }
        });
        int count = 0;
        while (count < Math.min(most, orders.size()) && size.hasRoom()) {
            size.add(orders.get(count).name());
            count++;
        }
        boolean isLast = count == orders.size();
        return new OrderPage(
                orders.subList(0, count), isLast ? null : orders.get(count - 1).orderNumber());
    }

    private static List<Order> read(PreparedStatement statement) throws SQLException {
        List<Order> orders = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                orders.add(OrderTransaction.order(row, 1));
            }
        }
        return orders;
    }

    private <T> T run(String what, Work<T, SQLException> query) throws RefusedException {
        try {
            return QueryRetry.run(() -> database.run(query));
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.FAULT) {
                log.error("{} cannot be read", what, e);
                throw new RefusedException(
                        Refusal.fault(what + " cannot be read; the log of the service has the reason"));
            }
            throw new RefusedException(Refusal.notReady(what + " cannot be read now: " + database.problem(e)));
        }
    }
}
