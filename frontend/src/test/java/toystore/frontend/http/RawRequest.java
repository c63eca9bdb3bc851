package toystore.frontend.http;

/** Makes requests as text, one character per byte. */
public final class RawRequest {
    private static final String HOST = "\r\nHost: store\r\n";

    private RawRequest() {}

    /** A request with this request line and the field Host. */
    static String line(String requestLine) {
        return requestLine + HOST + "\r\n";
    }

    static String target(String target) {
        return line("GET " + target + " HTTP/1.1");
    }

    /** A GET request with these field lines and Host. */
    static String get(String... fieldLines) {
        return head("GET /echo HTTP/1.1", fieldLines);
    }

    /** A POST request with these field lines, Host and content. */
    static String post(String fieldLines, String content) {
        return head("POST /echo HTTP/1.1", fieldLines) + content;
    }

    /** A POST request with content in chunks. */
    static String chunked(String chunks) {
        return post("Transfer-Encoding: chunked", chunks);
    }

    public static String head(String requestLine, String... fieldLines) {
        StringBuilder request = new StringBuilder(requestLine).append(HOST);
        for (String line : fieldLines) {
            request.append(line).append("\r\n");
        }
        return request.append("\r\n").toString();
    }
}
