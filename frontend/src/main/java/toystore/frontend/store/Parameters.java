package toystore.frontend.store;

import java.util.Set;
import java.util.function.Supplier;
import toystore.common.Abbreviated;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;
import toystore.wire.message.Constraints;

/** Checks the parameters of a request, and values that a request gives as text. */
final class Parameters {
    /** The most entries in a page. */
    static final String LIMIT = "limit";
    /** A page begins after this entry. */
    static final String AFTER = "after";

    private Parameters() {}

    /** Refuses parameters with other names, because a misspelt parameter would be ignored otherwise. */
    static void allow(Request request, String... names) throws HttpException {
        if (request.query().isEmpty()) {
            return;
        }
        for (String given : request.query().keySet()) {
            if (!Set.of(names).contains(given)) {
                throw new HttpException(
                        Status.BAD_REQUEST,
                        "unknown parameter " + Abbreviated.quoted(given)
                                + (names.length == 0
                                        ? "; none is expected"
                                        : "; expected " + String.join(", ", names)));
            }
        }
    }

    /** Refuses a parameter together with one of the others. */
    static void requireAlone(Request request, String name, String... others) throws HttpException {
        for (String other : others) {
            if (request.query().containsKey(other)) {
                throw new HttpException(Status.BAD_REQUEST, name + " cannot be combined with " + other);
            }
        }
    }

    /** The most entries in a page, 1 to 1,000; {@code null} if the request does not say. */
    static Integer limit(Request request) throws HttpException {
        String limit = request.query().get(LIMIT);
        return limit == null ? null : (int) wholeNumber(LIMIT, limit, 1, Constraints.MAX_PAGE);
    }

    static String required(Request request, String name) throws HttpException {
        String value = request.query().get(name);
        if (value == null) {
            throw new HttpException(Status.BAD_REQUEST, "the parameter " + name + " is missing");
        }
        return value;
    }

    /** Parses a whole number in digits, without leading zeros. */
    static long wholeNumber(String name, String text, long min, long max) throws HttpException {
        try {
            long number = text.matches("0|[1-9][0-9]*") ? Long.parseLong(text) : -1;
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException overflow) {
            // the number is above every maximum
        }
        throw new HttpException(
                Status.BAD_REQUEST,
                name + " is " + Abbreviated.quoted(text) + "; expected a whole number from " + min + " to " + max
                        + ", in digits, without leading zeros");
    }

    /** Makes a message. A value that its constructor refuses is a bad request. */
    static <T> T valid(Supplier<T> message) throws HttpException {
        try {
            return message.get();
        } catch (IllegalArgumentException e) {
            throw new HttpException(Status.BAD_REQUEST, e.getMessage());
        }
    }
}
