package toystore.frontend.http;

import java.io.IOException;

/**
 * The field section of a request, as it came, and all that is made of it. A client sends the same one with each request of
 * a connection, or nearly always: then it is compared, byte by byte, and not made again. For one thread.
 */
final class HeaderCache {
    /** A longer one is not kept. */
    private static final int LONGEST_KEPT = 2048;

    private final byte[] bytes; // with the empty line at its end; empty if it is not kept
    private final Fields fields;
    private final String id;
    private Controls controls; // null if they are not known
    private int minorVersion; // that they are for

    private HeaderCache(byte[] bytes, Fields fields) {
        this.bytes = bytes;
        this.fields = fields;
        this.id = RequestId.of(fields).orElse(null);
    }

    /**
     * Reads the next one.
     *
     * @param last the one before it; {@code null} if there was none
     * @return {@code last} if it came again
     */
    static HeaderCache read(HeaderCache last, HttpInput input, Limits limits) throws IOException, HttpException {
        if (last != null && input.skip(last.bytes)) {
            return last;
        }
        input.mark();
        Fields fields = Fields.read(input, limits);
        return new HeaderCache(input.marked(LONGEST_KEPT), fields);
    }

    Fields fields() {
        return fields;
    }

    /** The client's name for the request; {@code null} if it gave none, or none that fits. */
    String id() {
        return id;
    }

    Controls controls(int forMinorVersion, Limits limits) throws HttpException {
        if (controls == null || minorVersion != forMinorVersion) {
            controls = Controls.of(fields, forMinorVersion, limits);
            minorVersion = forMinorVersion;
        }
        return controls;
    }
}
