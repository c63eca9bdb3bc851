package toystore.frontend.store;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import toystore.common.Abbreviated;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/** The parameters in the query of a request, and values that a request brings as text. */
final class Parameters {
    private Parameters() {}

    /** Refuses parameters with other names: one that is misspelt would be ignored otherwise. */
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

    static Optional<String> optional(Request request, String name) {
        return Optional.ofNullable(request.query().get(name));
    }

    static String required(Request request, String name) throws HttpException {
        return optional(request, name)
                .orElseThrow(() -> new HttpException(Status.BAD_REQUEST, "the parameter " + name + " is missing"));
    }

    /** A whole number from 1 on, in digits alone and without leading zeros. */
    static long wholeNumber(String name, String text, long most) throws HttpException {
        try {
            long number = text.matches("[1-9][0-9]*") ? Long.parseLong(text) : 0;
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException overflow) {
            // the number is larger than any that is allowed
        }
        throw new HttpException(
                Status.BAD_REQUEST,
                name + " is " + Abbreviated.quoted(text) + "; expected a whole number from 1 to " + most
                        + ", in digits, without leading zeros");
    }

    /** Makes a message; what its rules refuse is a bad request. */
    static <T> T valid(Supplier<T> message) throws HttpException {
        try {
            return message.get();
        } catch (IllegalArgumentException e) {
            throw new HttpException(Status.BAD_REQUEST, e.getMessage());
        }
    }
}
