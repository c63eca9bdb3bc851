package toystore.frontend.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a request, {@code method SP request-target SP HTTP-version} (RFC 9112 §3).
 *
 * @param method as it was sent; methods are case-sensitive
 * @param minorVersion of HTTP/1, 0 or 1
 */
record RequestLine(String method, Target target, int minorVersion) {
    private static final Pattern LINE = Pattern.compile("([^ ]+) ([^ ]+) (HTTP/[0-9]\\.[0-9])");

    static RequestLine parse(String line) throws HttpException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || !Token.is(matcher.group(1))) {
            throw new HttpException(
                    Status.BAD_REQUEST,
                    "the request line is not understood; expected: method, space, target, space, HTTP/1.1");
        }
        String version = matcher.group(3);
        if (!version.startsWith("HTTP/1.")) {
            throw new HttpException(Status.HTTP_VERSION_NOT_SUPPORTED, version + " is not spoken here; HTTP/1.1 is");
        }
        int minor =
                version.equals("HTTP/1.0") ? 0 : 1; // a later HTTP/1 is answered as the latest known (RFC 9110 §2.5)
        return new RequestLine(matcher.group(1), Target.parse(matcher.group(2)), minor);
    }
}
