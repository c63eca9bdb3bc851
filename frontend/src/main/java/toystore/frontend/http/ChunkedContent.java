package toystore.frontend.http;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Content in chunks (RFC 9112 §7.1). Extensions and trailer fields are checked and thrown away.
 *
 * <pre>
 *   chunk      = size [ *( ";" name [ "=" value ] ) ] CRLF  data of that size  CRLF
 *   last-chunk = "0" [ extensions ] CRLF  trailer fields  CRLF
 * </pre>
 */
final class ChunkedContent {
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
    private static final String SPACE = "[ \t]*+";
    private static final Pattern EXTENSION = Pattern.compile(SPACE + ";" + SPACE + Token.REGEX + "(?:" + SPACE + "="
            + SPACE + "(?:" + Token.REGEX + "|" + QUOTED + "))?");
    private static final int MOST_DIGITS = 8;

    private final HttpInput input;
    private final Limits limits;
    private final Content content = new Content();
    private int extensions;

    ChunkedContent(HttpInput input, Limits limits) {
        this.input = input;
        this.limits = limits;
    }

    byte[] read() throws IOException, HttpException {
        for (int size = size(); size > 0; size = size()) {
            content.read(input, size);
            input.lineEnd();
        }
        Fields.read(input, limits);
        return content.bytes();
    }

    private int size() throws IOException, HttpException {
        String line = input.line(limits.chunkLine(), ChunkedContent::lineTooLong);
        int digits = 0;
        while (digits < line.length() && Ascii.HEXADECIMAL.contains(line.charAt(digits))) {
            digits++;
        }
        if (digits == 0) {
            throw new HttpException(Status.BAD_REQUEST, "a chunk does not begin with its size in hexadecimal digits");
        }
        skipExtensions(line, digits);
        long size = digits > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(line.substring(0, digits), 16);
        if (size > limits.body() - content.length()) {
            throw new HttpException(
                    Status.CONTENT_TOO_LARGE, "the content has more than " + limits.body() + " bytes in its chunks");
        }
        return (int) size;
    }

    private void skipExtensions(String line, int start) throws HttpException {
        extensions += line.length() - start;
        if (extensions > limits.chunkExtensions()) {
            throw new HttpException(
                    Status.CONTENT_TOO_LARGE,
                    "the extensions of the chunks have more than " + limits.chunkExtensions() + " bytes");
        }
        Matcher extension = EXTENSION.matcher(line);
        int position = start;
        while (position < line.length()) {
            if (!extension.region(position, line.length()).lookingAt()) {
                throw new HttpException(
                        Status.BAD_REQUEST, "a chunk's size is not followed by a line end, or by extensions and that");
            }
            position = extension.end();
        }
    }

    private static HttpException lineTooLong(int limit, String beginning) {
        return new HttpException(
                Status.CONTENT_TOO_LARGE, "the line before a chunk is longer than " + limit + " bytes");
    }
}
