package toystore.wire.message;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * Checks of names, quantities and prices in messages, files and requests of shoppers.
 *
 * <p>Each check returns its argument, or throws an {@link IllegalArgumentException} that names the value found and
 * the values allowed.
 */
public final class Constraints {
    /** Characters (code points) in a product's name. */
    public static final int MAX_NAME = 200;
    /** Units in one order. */
    public static final int MAX_QUANTITY = 1_000_000;
    /** Units of one product in stock. */
    public static final int MAX_STOCK = 1_000_000_000;
    /** The highest price of one unit. */
    public static final BigDecimal MAX_PRICE = new BigDecimal("1000000000");
    /** Digits after the point of a price, at most; a catalog may allow fewer. */
    public static final int MAX_PRICE_SCALE = 4;
    /** Characters in an idempotency key. */
    public static final int MAX_KEY = 255;
    /** Products or orders in one page of a list. */
    public static final int MAX_PAGE = 1000;

    private Constraints() {}

    /** A product's name: 1 to 200 characters, any Unicode but control characters and unpaired surrogates. */
    public static String name(String name) {
        if (name == null) {
            throw new IllegalArgumentException("name is missing");
        }
        return printable("name", name, 1);
    }

    /** The first characters of a product's name: 0 to 200, of those that a name may have. */
    public static String prefix(String prefix) {
        return printable("prefix", prefix, 0);
    }

    /** Units in one order: 1 to 1,000,000. */
    public static int quantity(int quantity) {
        return (int) range("quantity", quantity, 1, MAX_QUANTITY);
    }

    /** Units in stock: 0 to 1,000,000,000. */
    public static int stock(int quantity) {
        return (int) range("quantity", quantity, 0, MAX_STOCK);
    }

    /** An order's number: 1 or more. */
    public static long orderNumber(long number) {
        return range("order_number", number, 1, Long.MAX_VALUE);
    }

    /** Units that are added to the stock at once, or taken from it: -1,000,000,000 to 1,000,000,000. */
    public static int added(int units) {
        return (int) range("add", units, -MAX_STOCK, MAX_STOCK);
    }

    /** A count: 0 or more. */
    public static long count(String what, long count) {
        return range(what, count, 0, Long.MAX_VALUE);
    }

    /** An idempotency key: 1 to 255 visible ASCII characters. */
    public static String key(String key) {
        return token("key", key);
    }

    /** An id that a program generates, or a key: 1 to 255 visible ASCII characters. */
    public static String token(String what, String token) {
        if (token == null) {
            throw new IllegalArgumentException(what + " is missing");
        }
        if (token.isEmpty() || token.length() > MAX_KEY) {
            throw new IllegalArgumentException(
                    what + " has " + token.length() + " characters; expected 1 to " + MAX_KEY);
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c <= ' ' || c > '~') {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT, "%s contains the character U+%04X; expected visible ASCII characters", what, (int)
                                c));
            }
        }
        return token;
    }

    /** Products or orders in a page: 1 to 1,000. */
    public static int limit(int limit) {
        return (int) range("limit", limit, 1, MAX_PAGE);
    }

    /** The price of one unit: 0 to 1,000,000,000, with at most 4 digits after the point. */
    public static BigDecimal price(BigDecimal price) {
        return price(price, MAX_PRICE_SCALE);
    }

    /**
     * The price of one unit: 0 to 1,000,000,000. The result has the digits of the argument, 15.90 two and 15.9 one,
     * except that zeros after the last allowed digit are removed, and that it has no exponent: 2E1 becomes 20.
     *
     * @param digits maximum after the point, not counting zeros at the end
     */
    public static BigDecimal price(BigDecimal price, int digits) {
        priceInRange(price);
        if (price.scale() >= 0 && price.scale() <= digits) {
            return price;
        }
        BigDecimal shortest = price.stripTrailingZeros();
        if (shortest.scale() > digits) {
            throw new IllegalArgumentException(
                    "price is " + price + "; expected at most " + digits + " digits after the point");
        }
        return shortest.setScale(price.scale() < 0 ? 0 : digits);
    }

    /** A price in a request to change it: 0 to 1,000,000,000. The catalog decides how many digits it may have. */
    static BigDecimal priceInRange(BigDecimal price) {
        if (price == null) {
            throw new IllegalArgumentException("price is missing");
        }
        if (price.signum() < 0
                || price.compareTo(MAX_PRICE) > 0) { // compareTo does not expand a number like 1e999999999
            throw new IllegalArgumentException("price is " + price + "; expected 0 to " + MAX_PRICE.toPlainString());
        }
        return price;
    }

    private static long range(String what, long found, long least, long most) {
        if (found < least || found > most) {
            throw new IllegalArgumentException(
                    what + " is " + found + "; expected a whole number from " + least + " to " + most);
        }
        return found;
    }

    private static String printable(String what, String text, int least) {
        int length = text.codePointCount(0, text.length());
        if (length < least || length > MAX_NAME) {
            throw new IllegalArgumentException(
                    what + " has " + length + " characters; expected " + least + " to " + MAX_NAME);
        }
        for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (unprintable(c)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT, "%s contains the character U+%04X; control characters are not allowed", what, c));
            }
        }
        return text;
    }

    private static boolean unprintable(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }
}
