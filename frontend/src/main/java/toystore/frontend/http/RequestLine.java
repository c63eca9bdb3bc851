package toystore.frontend.http;

import java.io.IOException;

/**
 * The first line of a request, {@code method SP request-target SP HTTP-version} (RFC 9112 §3).
 *
 * @param method as it was sent; methods are case-sensitive
 * @param target as it was sent; {@link Target} reads it
 * @param minorVersion of HTTP/1, 0 or 1
 */
record RequestLine(String method, String target, int minorVersion) {
    private static final String PROTOCOL = "HTTP/";

    /** Reads the line. One empty line may come before it (RFC 9112 §2.2). */
    static RequestLine read(HttpInput input, Limits limits) throws IOException, HttpException {
        String line = input.line(limits.requestLine(), RequestLine::tooLong);
        if (line.isEmpty()) {
            line = input.line(limits.requestLine(), RequestLine::tooLong);
        }
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first < 0 || second < 0 || !Token.is(line.substring(0, first)) || second == first + 1) {
            throw notUnderstood();
        }
        String target = line.substring(first + 1, second);
        Target.requireCharacters(target);
        return new RequestLine(line.substring(0, first), target, minorVersion(line.substring(second + 1)));
    }

    /** A later HTTP/1 is answered as the latest that is known (RFC 9110 §2.5). */
    private static int minorVersion(String version) throws HttpException {
        if (version.length() != 8
                || !version.startsWith(PROTOCOL)
                || !isDigit(version.charAt(5))
                || version.charAt(6) != '.'
                || !isDigit(version.charAt(7))) {
            throw notUnderstood();
        }
        if (version.charAt(5) != '1') {
            throw new HttpException(Status.HTTP_VERSION_NOT_SUPPORTED, version + " is not spoken here; HTTP/1.1 is");
        }
        return version.charAt(7) == '0' ? 0 : 1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static HttpException tooLong(int limit) {
        return new HttpException(Status.URI_TOO_LONG, "the request line is longer than " + limit + " bytes");
    }

    private static HttpException notUnderstood() {
        return new HttpException(
                Status.BAD_REQUEST,
                "the request line is not understood; expected: method, space, target, space, HTTP/1.1");
    }
}
