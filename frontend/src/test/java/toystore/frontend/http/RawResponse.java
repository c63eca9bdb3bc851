package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response as the server has sent it.
 *
 * @param fields by name, without regard to case
 * @param content one character per byte
 */
public record RawResponse(int status, Map<String, String> fields, String content) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * A request as a handler of the {@link EchoServer} gets it.
     *
     * @param path its segments, decoded
     * @param content one character per byte
     */
    record Echo(String method, List<String> path, Map<String, String> query, String content) {}

    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    boolean isInterim() {
        return status < 200;
    }

    boolean closes() {
        return field("Connection").filter("close"::equals).isPresent();
    }

    Echo echo() {
        return JSON.treeToValue(JSON.readTree(utf8()).get("data"), Echo.class);
    }

    /** {@code {"error":{"code":…,"message":…}}} */
    JsonNode error() {
        return JSON.readTree(utf8()).path("error");
    }

    /** The status, and after 200 the request as the handler got it: {@code 200 POST /echo "hello\r\n"}. */
    String summary() {
        if (status != 200) {
            return "" + status;
        }
        Echo echo = echo();
        String text = echo.content().replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n");
        return status + " " + echo.method() + " /" + String.join("/", echo.path()) + " \"" + text + "\"";
    }

    private byte[] utf8() {
        return content.getBytes(ISO_8859_1);
    }
}
