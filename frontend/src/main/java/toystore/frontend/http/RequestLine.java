package toystore.frontend.http;

import java.io.IOException;
import java.util.List;

/**
 * The first line of a request, {@code method SP request-target SP HTTP-version} (RFC 9112 §3).
 *
 * @param method as it was sent; methods are case-sensitive
 * @param target as it was sent; {@link Target} reads it
 * @param minorVersion of HTTP/1, 0 or 1
 */
record RequestLine(String method, String target, int minorVersion) {
    private static final String PROTOCOL = "HTTP/";
    /** Methods that no string is made for. */
    private static final List<String> USUAL = List.of("GET", "POST", "HEAD");

    /** Reads the line. One empty line may come before it (RFC 9112 §2.2). */
    static RequestLine read(HttpInput input, Limits limits) throws IOException, HttpException {
        String line = input.line(limits.requestLine(), RequestLine::tooLong);
        if (line.isEmpty()) {
            line = input.line(limits.requestLine(), RequestLine::tooLong);
        }
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first < 1 || second < 0 || !Token.CHARACTERS.containsAll(line, 0, first) || second == first + 1) {
            throw notUnderstood();
        }
        String target = line.substring(first + 1, second);
        Target.requireCharacters(target);
        return new RequestLine(method(line, first), target, minorVersion(line, second + 1));
    }

    private static String method(String line, int end) {
        for (String usual : USUAL) {
            if (usual.length() == end && line.startsWith(usual)) {
                return usual;
            }
        }
        return line.substring(0, end);
    }

    /** A later HTTP/1 is answered as the latest that is known (RFC 9110 §2.5). */
    private static int minorVersion(String line, int at) throws HttpException {
        if (line.length() - at != 8
                || !line.startsWith(PROTOCOL, at)
                || !isDigit(line.charAt(at + 5))
                || line.charAt(at + 6) != '.'
                || !isDigit(line.charAt(at + 7))) {
            throw notUnderstood();
        }
        if (line.charAt(at + 5) != '1') {
            throw new HttpException(
                    Status.HTTP_VERSION_NOT_SUPPORTED, line.substring(at) + " is not spoken here; HTTP/1.1 is");
        }
        return line.charAt(at + 7) == '0' ? 0 : 1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static HttpException tooLong(int limit, String beginning) {
        return new HttpException(Status.URI_TOO_LONG, "the request line is longer than " + limit + " bytes");
    }

    private static HttpException notUnderstood() {
        return new HttpException(
                Status.BAD_REQUEST,
                "the request line is not understood; expected: method, space, target, space, HTTP/1.1");
    }
}
