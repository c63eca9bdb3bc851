package toystore.frontend.http;

import java.util.List;
import java.util.Map;

/**
 * A whole request.
 *
 * @param body the content; empty if there is none
 */
public record Request(Head head, byte[] body) {

    public String method() {
        return head.line().method();
    }

    Target target() {
        return head.target();
    }

    public Fields fields() {
        return head.fields();
    }

    /** Parameters by name. */
    public Map<String, String> query() {
        return target().query();
    }

    public List<String> path() {
        return target().path();
    }

    /** Whether it says how long its content is, be it 0. */
    public boolean hasContent() {
        return head.controls().framing().announcesContent();
    }

    boolean keepAlive() {
        return head.controls().keepAlive();
    }
}
