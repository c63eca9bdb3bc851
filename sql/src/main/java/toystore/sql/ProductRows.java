package toystore.sql;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.log.LimitedLog;
import toystore.wire.message.Constraints;
import toystore.wire.message.Product;

/** Conversions between rows of the table {@code products} and products. Thread-safe. */
final class ProductRows {
    /** The columns that {@link #product} reads. */
    static final String COLUMNS = "name, price, quantity, version";

    private static final LimitedLog log = new LimitedLog(logger());

    private ProductRows() {}

    private static Logger logger() {
        return LoggerFactory.getLogger(ProductRows.class);
    }

    /** The product in the first columns of a row; {@code null}, with a warning in the log, if no product can be so. */
    static Product product(ResultSet row) throws SQLException {
        String name = row.getString(1);
        String price = row.getString(2); // NaN is no BigDecimal
        long quantity = row.getLong(3);
        try {
            return new Product(
                    name, new BigDecimal(price), (int) Math.min(quantity, Constraints.MAX_STOCK), row.getLong(4));
        } catch (IllegalArgumentException e) {
            log.warn("a row of products is not sold, because it was written by another program: " + e.getMessage());
            return null;
        }
    }

    static Array texts(Connection connection, Collection<String> texts) throws SQLException {
        return array(connection, "text", texts, Function.identity());
    }

    /**
     * An array with one element for each of some items.
     *
     * @param type of the elements in the database
     */
    static <T> Array array(Connection connection, String type, Collection<T> items, Function<T, ?> element)
            throws SQLException {
        return connection.createArrayOf(type, items.stream().map(element).toArray());
    }
}
