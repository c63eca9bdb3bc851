package toystore.frontend.http;

/** Requests as text, one character for each byte. */
final class RawRequest {
    private static final String HOST = "\r\nHost: store\r\n";

    private RawRequest() {}

    /** A request line, and what has to follow it. */
    static String line(String requestLine) {
        return requestLine + HOST + "\r\n";
    }

    static String target(String target) {
        return line("GET " + target + " HTTP/1.1");
    }

    /** GET with some field lines besides Host. */
    static String get(String... fieldLines) {
        return head("GET /echo HTTP/1.1", fieldLines);
    }

    /** POST with some field lines besides Host, and content behind them. */
    static String post(String fieldLines, String content) {
        return head("POST /echo HTTP/1.1", fieldLines) + content;
    }

    /** POST of content in chunks. */
    static String chunked(String chunks) {
        return post("Transfer-Encoding: chunked", chunks);
    }

    static String head(String requestLine, String... fieldLines) {
        StringBuilder request = new StringBuilder(requestLine).append(HOST);
        for (String line : fieldLines) {
            request.append(line).append("\r\n");
        }
        return request.append("\r\n").toString();
    }
}
