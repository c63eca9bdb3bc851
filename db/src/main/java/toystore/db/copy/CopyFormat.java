package toystore.db.copy;

import java.math.BigDecimal;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonMappers;
import toystore.wire.message.Constraints;

/**
 * The lines of an exported store, each a JSON object in UTF-8:
 *
 * <pre>
 *   {"format":"toystore-export","version":1,"store":"3f0c…","products":2,"changes":1,"orders":3}
 *   {"product":"Tux","price":12.50,"quantity":92,"started":100,"restocked":5}     by name, in the order of code points
 *   {"change":1,"name":"Tux","price":12.50,"add":5,"key":"…","time":"2026-01-02T03:04:05.678Z"}
 *   {"order":1,"name":"Tux","quantity":5,"price":15.99,"time":"2026-01-02T03:04:05.678Z","key":"…"}
 *   {"end":7,"crc32c":"1a2b3c4d"}
 *
 *   store            where the export is from: id of a store in a database, or of the order log; may be missing
 *   products …       the number of lines of that kind
 *   change           1, 2, 3 … in the order in which they were made; price is left out if it stays as it was. Files keep
 *                    no key and no time of a change
 *   order            1, 2, 3 …; key is left out if it was placed without one
 *   end, crc32c      number of the lines before this one, and the CRC-32C (RFC 3720, section 12.1) of their bytes
 * </pre>
 *
 * Of each product, started + the sum of its changes − the sum of its orders = quantity, and restocked is that sum.
 */
final class CopyFormat {
    static final String FORMAT = "toystore-export";
    static final int VERSION = 1;
    static final JsonMapper MAPPER = JsonMappers.strictBuilder().build();

    private CopyFormat() {}

    /** The first line. */
    record Header(String format, int version, String store, long products, long changes, long orders) {
        Header {
            if (!FORMAT.equals(format) || version != VERSION) {
                throw new IllegalArgumentException(
                        "format is " + format + " and version " + version + "; expected " + FORMAT + " and " + VERSION);
            }
            Constraints.count("products", products);
            Constraints.count("changes", changes);
            Constraints.count("orders", orders);
        }

        /** The header of a store in this version of the format. */
        static Header of(String store, long products, long changes, long orders) {
            return new Header(FORMAT, VERSION, store, products, changes, orders);
        }
    }

    /** A product as it is at the end. */
    record ProductLine(String product, BigDecimal price, long quantity, long started, long restocked) {
        ProductLine {
            named("product", product);
            price = Constraints.price(price);
            inStock("quantity", quantity);
            inStock("started", started);
        }
    }

    /** A change of a product, or a new one. */
    record ChangeLine(long change, String name, BigDecimal price, int add, String key, Instant time) {
        ChangeLine {
            Constraints.name(name);
            price = price == null ? null : Constraints.price(price);
            Constraints.added(add);
        }
    }

    /** An order. */
    record PlacedOrder(long order, String name, int quantity, BigDecimal price, Instant time, String key) {
        PlacedOrder {
            Constraints.name(name);
            Constraints.quantity(quantity);
            price = Constraints.price(price);
            if (time == null) {
                throw new IllegalArgumentException("time is missing");
            }
            key = key == null ? null : Constraints.key(key);
        }
    }

    /** The last line. */
    record End(long end, String crc32c) {}

    private static void named(String what, String name) {
        if (name == null) {
            throw new IllegalArgumentException(what + " is missing");
        }
        Constraints.name(name);
    }

    private static void inStock(String what, long units) {
        if (units < 0 || units > Constraints.MAX_STOCK) {
            throw new IllegalArgumentException(
                    what + " is " + units + "; expected a whole number from 0 to " + Constraints.MAX_STOCK);
        }
    }
}
