package toystore.orders.audit;

/**
 * A product's units, or those of all products.
 *
 * @param left in stock by catalog.json and what came after it
 * @param difference units that {@code left} lacks of what it should be
 */
record Balance(long startedWith, long restocked, long ordered, long left, long difference) {
    static final Balance NONE = new Balance(0, 0, 0, 0, 0);

    boolean isWrong() {
        return difference != 0 || left < 0;
    }

    Balance plus(Balance other) {
        return new Balance(
                startedWith + other.startedWith,
                restocked + other.restocked,
                ordered + other.ordered,
                left + other.left,
                difference + other.difference);
    }
}
