package toystore.sql;

/**
 * The keys in the tables of a database, where each row has one and no two are equal.
 *
 * <pre>
 *   order that was placed with the key K       K
 *   order without a key                        a space, and an id of this order
 *   order with K, and a later one has K too    a space, an id of this order, a space, K
 *   change, copied from files                  a space, and its number in 19 digits
 * </pre>
 *
 * A client's key has no space, so no client can find an order by the other forms. In files, orders may lack a key, and
 * a key that is no longer remembered may be used again.
 */
public final class StoredKey {
    private StoredKey() {}

    /**
     * The key of an order for which none is to be found.
     *
     * @param id tells the order apart from all others without a key; has no space
     */
    public static String without(String id) {
        return " " + id;
    }

    /** The key of an order whose key was used again later. */
    public static String superseded(String id, String key) {
        return " " + id + " " + key;
    }

    /** The key that a client sent with an order; {@code null} if it sent none. */
    public static String sent(String stored) {
        if (!stored.startsWith(" ")) {
            return stored;
        }
        int second = stored.indexOf(' ', 1);
        return second < 0 ? null : stored.substring(second + 1);
    }
}
