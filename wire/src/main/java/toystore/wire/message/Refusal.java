package toystore.wire.message;

/**
 * The reply of a service to a request that it has not carried out.
 *
 * @param code 404 refused by the store, 400 not understood, 403 not allowed to the role of the peer, 409 stale epoch or log, 503 not ready, 500 internal error
 * @param reason the store's reason, with code 404; else {@code null}
 * @param available units in stock, with reason {@code out_of_stock}; else {@code null}
 */
public record Refusal(int code, String message, Reason reason, Integer available) {
    public static final int NOT_UNDERSTOOD = 400;
    public static final int FORBIDDEN = 403;
    public static final int REFUSED = 404;
    public static final int STALE = 409;
    public static final int FAULT = 500;
    public static final int NOT_READY = 503;

    /** The store's reasons. */
    public enum Reason {
        UNKNOWN_PRODUCT,
        OUT_OF_STOCK,
        UNKNOWN_ORDER,
        KEY_REUSED
    }

    public static Refusal unknownProduct() {
        return new Refusal(REFUSED, "product not found", Reason.UNKNOWN_PRODUCT, null);
    }

    public static Refusal outOfStock(int wanted, int available) {
        String message = "out of stock: " + wanted + " wanted, " + available + " available";
        return new Refusal(REFUSED, message, Reason.OUT_OF_STOCK, available);
    }

    /** Out of stock, for a change that takes units: its {@code add} is below 0. */
    public static Refusal tooFewToTake(int add, int available) {
        String message = "too few units: add is " + add + ", " + available + " available";
        return new Refusal(REFUSED, message, Reason.OUT_OF_STOCK, available);
    }

    public static Refusal unknownOrder() {
        return new Refusal(REFUSED, "order not found", Reason.UNKNOWN_ORDER, null);
    }

    public static Refusal keyReused(String name, int quantity) {
        String message = "the key was used for another order: " + quantity + " " + name;
        return new Refusal(REFUSED, message, Reason.KEY_REUSED, null);
    }

    public static Refusal stale(String message) {
        return new Refusal(STALE, message, null, null);
    }

    public static Refusal notUnderstood(String message) {
        return new Refusal(NOT_UNDERSTOOD, message, null, null);
    }

    /** The role of the peer does not allow the request; see {@link Permissions}. */
    public static Refusal forbidden(Role role, ServiceRequest<?> request) {
        return new Refusal(FORBIDDEN, "the role " + role.commonName() + " may not send " + request.type(), null, null);
    }

    public static Refusal notReady(String message) {
        return new Refusal(NOT_READY, message, null, null);
    }

    public static Refusal fault(String message) {
        return new Refusal(FAULT, message, null, null);
    }
}
