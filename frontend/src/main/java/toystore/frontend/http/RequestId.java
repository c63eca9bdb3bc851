package toystore.frontend.http;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import toystore.common.log.Trace;

/**
 * The name of one request, in {@code X-Request-Id}: the client's, if it gives one that fits, else one of 16 hexadecimal
 * digits. It is the {@link Trace} of all that is done for the request.
 */
final class RequestId {
    static final String FIELD = "X-Request-Id";

    private RequestId() {}

    /** The client's; empty if it gave none, or not one that fits. */
    static Optional<String> of(Fields fields) {
        List<String> given = fields.all(FIELD);
        return given.size() == 1 && Trace.isValid(given.get(0)) ? Optional.of(given.get(0)) : Optional.empty();
    }

    static String make() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
