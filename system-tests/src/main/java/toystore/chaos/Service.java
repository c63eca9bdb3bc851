package toystore.chaos;

import java.util.Locale;

/** A process of the store. In the order in which they are started; they are stopped in the other one. */
enum Service {
    CATALOG,
    ORDERS,
    FRONTEND;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
