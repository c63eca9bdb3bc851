package toystore.chaos;

/**
 * An order that a shopper wants, whatever happens.
 *
 * @param key its idempotency key: sent again with it, it is the same order
 */
record Purchase(String key, String name, int quantity) {}
