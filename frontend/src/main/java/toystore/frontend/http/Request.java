package toystore.frontend.http;

import java.util.List;
import java.util.Map;

/**
 * A whole request.
 *
 * @param body the content; empty if there is none
 */
public record Request(RequestLine line, Fields fields, byte[] body) {

    public String method() {
        return line.method();
    }

    /** Parameters by name. */
    public Map<String, String> query() {
        return line.target().query();
    }

    public List<String> path() {
        return line.target().path();
    }

    /** Whether it says how long its content is, be it 0. */
    public boolean hasLength() {
        return !fields.all("Content-Length").isEmpty();
    }

    /** Whether the peer wants the connection to stay open (RFC 9112 §9.3). */
    boolean keepAlive() {
        if (fields.hasMember("Connection", "close")) {
            return false;
        }
        return line.minorVersion() == 1 || fields.hasMember("Connection", "keep-alive");
    }
}
