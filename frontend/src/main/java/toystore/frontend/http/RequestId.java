package toystore.frontend.http;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The name of one request, in {@code X-Request-Id}: the client's, if it gives one that fits, else one of 16 hexadecimal
 * digits. It goes into log lines and messages as it is, so it may not hold what could be read as more than a name.
 */
final class RequestId {
    static final String FIELD = "X-Request-Id";

    private static final int LONGEST = 128;
    private static final Ascii CHARACTERS = Ascii.of(Ascii.ALPHANUMERIC + "._~:/+=@-");

    private RequestId() {}

    /** The client's; empty if it gave none, or not one that fits. */
    static Optional<String> of(Fields fields) {
        List<String> given = fields.all(FIELD);
        return given.size() == 1 && fits(given.get(0)) ? Optional.of(given.get(0)) : Optional.empty();
    }

    static String make() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static boolean fits(String id) {
        return !id.isEmpty() && id.length() <= LONGEST && CHARACTERS.containsAll(id);
    }
}
