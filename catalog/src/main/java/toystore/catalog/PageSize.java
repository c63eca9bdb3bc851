package toystore.catalog;

import toystore.wire.message.Product;

/** How many products fit into one message. */
final class PageSize {
    /** That the products in a message may take up. */
    static final int BYTES = 60_000;

    private static final int ALL_BUT_THE_NAME = 120;
    /** At most: what one product takes up. */
    static final int MOST_OF_ONE = 1_500;

    /** At most: what one {@code char} of a name takes up in UTF-8, or escaped. */
    private static final int CHAR = 3;

    private PageSize() {}

    /** At most: what the product's JSON takes up. */
    static int bytesOf(Product product) {
        return ALL_BUT_THE_NAME + CHAR * product.name().length();
    }
}
