package toystore.frontend.http.parse;

import java.io.IOException;
import java.util.List;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;

/**
 * The first line of a request, {@code method SP request-target SP HTTP-version} (RFC 9112 §3).
 *
 * @param method as it was sent; methods are case-sensitive
 * @param target as it was sent; {@link RequestTarget} parses it
 * @param minorVersion of HTTP/1, 0 or 1
 */
public record RequestLine(String method, String target, int minorVersion) {
    private static final int MAX_LENGTH = 8 * 1024; // bytes, without the line end
    private static final String PROTOCOL = "HTTP/";
    /** Methods for which the parser makes no new string. */
    private static final List<String> FREQUENT = List.of("GET", "POST", "HEAD");

    /** Reads the line. Skips one empty line before it (RFC 9112 §2.2). */
    static RequestLine read(HttpInput input) throws IOException, HttpException {
        String line = input.line(MAX_LENGTH, RequestLine::tooLong);
        if (line.isEmpty()) {
            line = input.line(MAX_LENGTH, RequestLine::tooLong);
        }
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first < 1 || second < 0 || !Ascii.TOKEN.containsAll(line, 0, first) || second == first + 1) {
            throw malformed();
        }
        String target = line.substring(first + 1, second);
        RequestTarget.requireCharacters(target);
        return new RequestLine(method(line, first), target, minorVersion(line, second + 1));
    }

    private static String method(String line, int end) {
        for (String frequent : FREQUENT) {
            if (frequent.length() == end && line.startsWith(frequent)) {
                return frequent;
            }
        }
        return line.substring(0, end);
    }

    /** Takes a later minor version for HTTP/1.1, the latest that this server knows (RFC 9110 §2.5). */
    private static int minorVersion(String line, int at) throws HttpException {
        if (line.length() - at != 8
                || !line.startsWith(PROTOCOL, at)
                || !isDigit(line.charAt(at + 5))
                || line.charAt(at + 6) != '.'
                || !isDigit(line.charAt(at + 7))) {
            throw malformed();
        }
        if (line.charAt(at + 5) != '1') {
            throw new HttpException(
                    Status.HTTP_VERSION_NOT_SUPPORTED, line.substring(at) + " is not supported; expected HTTP/1.1");
        }
        return line.charAt(at + 7) == '0' ? 0 : 1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static HttpException tooLong(int limit, String beginning) {
        return new HttpException(Status.URI_TOO_LONG, "the request line is longer than " + limit + " bytes");
    }

    private static HttpException malformed() {
        return new HttpException(
                Status.BAD_REQUEST, "the request line is malformed; expected: method, space, target, space, HTTP/1.1");
    }
}
