package toystore.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import toystore.engine.Inventory;
import toystore.engine.NameOrder;
import toystore.wire.codec.PageSize;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;

/** Lists products, and counts them. Stateless. */
final class ProductQueries {
    private static final String FROM =
            "select " + ProductRows.COLUMNS + " from products where name >= ? order by name limit ?";
    private static final String AFTER =
            "select " + ProductRows.COLUMNS + " from products where name > ? order by name limit ?";
    private static final String COUNT = "select count(*), coalesce(sum(quantity), 0) from products";

    private ProductQueries() {}

    /** The number of products, and their units. */
    record Count(int products, long units) {}

    /** A page of products. See {@link Inventory#list}. */
    static ProductPage list(Connection connection, String prefix, String after, int limit) throws SQLException {
        String begin = prefix == null ? "" : prefix;
        String known = after == null ? null : upToNull(after);
        boolean inside = known != null && NameOrder.BY_CODE_POINT.compare(known, begin) >= 0;
        PageSize size = new PageSize(Inventory.PRODUCT_BYTES);
        int most = Math.min(limit, size.mostEntries());
        try (PreparedStatement statement = connection.prepareStatement(inside ? AFTER : FROM)) {
            statement.setString(1, inside ? known : begin);
            statement.setInt(2, most + 1); // the one more says whether there is a next page
            try (ResultSet row = statement.executeQuery()) {
                return page(row, begin, most, size);
            }
        }
    }

    private static ProductPage page(ResultSet row, String prefix, int most, PageSize size) throws SQLException {
        List<Product> page = new ArrayList<>();
        String last = null;
        int rows = 0;
        while (row.next() && row.getString(1).startsWith(prefix)) { // names with one prefix follow each other
            last = row.getString(1);
            rows++;
            if (page.size() == most || !size.hasRoom()) {
                return new ProductPage(page, page.get(page.size() - 1).name());
            }
            Product product = ProductRows.product(row);
            if (product != null) {
                size.add(product.name());
                page.add(product);
            }
        }
        return new ProductPage(page, rows > most ? last : null); // if so, one of them is not sold
    }

    /** The characters before U+0000, which no text in the database has. As many names follow it. */
    private static String upToNull(String text) {
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Counts all products, which takes a second for some million. */
    static Count count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Count(row.getInt(1), row.getLong(2));
        }
    }
}
