package toystore.frontend.store;

import java.util.Set;
import java.util.function.Supplier;
import toystore.common.Abbreviated;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/** Checks the parameters of a request, and values that a request gives as text. */
final class Parameters {
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

    static String required(Request request, String name) throws HttpException {
        String value = request.query().get(name);
        if (value == null) {
            throw new HttpException(Status.BAD_REQUEST, "the parameter " + name + " is missing");
        }
        return value;
    }

    /** Parses a whole number from 1 to a maximum, in digits, without leading zeros. */
    static long wholeNumber(String name, String text, long max) throws HttpException {
        try {
            long number = text.matches("[1-9][0-9]*") ? Long.parseLong(text) : 0;
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException overflow) {
            // the number is above every maximum
        }
        throw new HttpException(
                Status.BAD_REQUEST,
                name + " is " + Abbreviated.quoted(text) + "; expected a whole number from 1 to " + max
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
