package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads responses by RFC 9112 §4 to §6, strictly: a byte between two responses, or any other error, is an
 * {@link AssertionError}.
 */
final class RawResponseReader {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5][0-9]{2}) [A-Za-z -]+");
    private static final Pattern FIELD_LINE = Pattern.compile("([A-Za-z-]+): ([\\x21-\\x7e]+( [\\x21-\\x7e]+)*)");

    private final InputStream in;

    RawResponseReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next response, or nothing if the stream has ended before it.
     *
     * @param toHead whether the request is HEAD, so that the response has no content
     */
    Optional<RawResponse> next(boolean toHead) throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        Matcher statusLine = matched(STATUS_LINE, (char) first + line());
        int status = Integer.parseInt(statusLine.group(1));
        Map<String, String> fields = fields();
        if (fields.containsKey("Transfer-Encoding")) {
            throw new AssertionError(status + " has a Transfer-Encoding, which no client accepts: " + fields);
        }
        String content = fields.containsKey("Content-Length") && !toHead
                ? content(Integer.parseInt(fields.get("Content-Length")))
                : "";
        RawResponse response = new RawResponse(status, fields, content);
        check(response);
        return Optional.of(response);
    }

    /** Checks the rules for all responses. */
    private static void check(RawResponse response) {
        int status = response.status();
        if (status >= 500 && status != 501 && status != 505) {
            throw new AssertionError("unexpected response: " + response);
        }
        boolean mayHaveContent = !response.isInterim() && status != 204 && status != 304;
        if (response.field("Content-Length").isPresent() != mayHaveContent) {
            throw new AssertionError("a response has a Content-Length if and only if it may have content: " + response);
        }
        if (!response.isInterim() && response.field("Date").isEmpty()) {
            throw new AssertionError("a Date is missing: " + response);
        }
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher field = matched(FIELD_LINE, line);
            if (fields.put(field.group(1), field.group(2)) != null) {
                throw new AssertionError("the field " + field.group(1) + " occurs twice");
            }
        }
        return fields;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0 || b == '\n') {
                throw new AssertionError("a response ends within the line: " + line);
            }
            line.append((char) b);
        }
        if (in.read() != '\n') {
            throw new AssertionError("a carriage return without a line feed ends the line: " + line);
        }
        return line.toString();
    }

    private String content(int length) throws IOException {
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new AssertionError(content.length + " of " + length + " bytes of content arrived");
        }
        return new String(content, ISO_8859_1);
    }

    private static Matcher matched(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.matches()) {
            throw new AssertionError("\"" + line + "\" arrived; expected " + pattern);
        }
        return matcher;
    }
}
