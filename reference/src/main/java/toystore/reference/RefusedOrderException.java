package toystore.reference;

import org.springframework.http.HttpStatus;

/** A request that the store refuses. It rolls its transaction back. */
final class RefusedOrderException extends RuntimeException {
    private final HttpStatus status;
    private final Integer available; // null if the stock is not the reason

    RefusedOrderException(HttpStatus status, String message) {
        this(status, message, null);
    }

    RefusedOrderException(HttpStatus status, String message, Integer available) {
        super(message, null, false, false); // it is no error of the program, so it needs no stack trace
        this.status = status;
        this.available = available;
    }

    HttpStatus status() {
        return status;
    }

    Integer available() {
        return available;
    }
}
