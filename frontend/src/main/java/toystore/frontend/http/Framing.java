package toystore.frontend.http;

import java.io.IOException;
import java.util.List;
import toystore.common.Abbreviated;

/**
 * Where the content of a request ends (RFC 9112 §6). There is one answer to that or none: what two readers could
 * understand differently lets requests be smuggled past one of them (RFC 9112 §11.2), and is refused.
 */
sealed interface Framing {

    byte[] NOTHING = {};

    /** Reads the content. */
    byte[] read(HttpInput input, Limits limits) throws IOException, HttpException;

    /** Whether there is content, be it of 0 bytes. */
    default boolean announcesContent() {
        return true;
    }

    /** Whether there is none, or it is of 0 bytes. */
    default boolean isEmpty() {
        return false;
    }

    /** There is none. */
    record None() implements Framing {
        @Override
        public byte[] read(HttpInput input, Limits limits) {
            return NOTHING;
        }

        @Override
        public boolean announcesContent() {
            return false;
        }

        @Override
        public boolean isEmpty() {
            return true;
        }
    }

    /** It has so many bytes. */
    record Length(int bytes) implements Framing {
        @Override
        public byte[] read(HttpInput input, Limits limits) throws IOException {
            Content content = new Content();
            content.read(input, bytes);
            return content.bytes();
        }

        @Override
        public boolean isEmpty() {
            return bytes == 0;
        }
    }

    /** It comes in chunks, each with its size. */
    record Chunked() implements Framing {
        @Override
        public byte[] read(HttpInput input, Limits limits) throws IOException, HttpException {
            return new ChunkedContent(input, limits).read();
        }
    }

    /** RFC 9112 §6.3. */
    static Framing of(Fields fields, int minorVersion, Limits limits) throws HttpException {
        List<String> lengths = fields.all("Content-Length");
        if (!fields.has("Transfer-Encoding")) {
            return lengths.isEmpty() ? new None() : new Length(length(lengths, limits));
        }
        if (!lengths.isEmpty()) {
            throw bad("both Transfer-Encoding and Content-Length are given");
        }
        if (minorVersion == 0) {
            throw bad("Transfer-Encoding is given, which HTTP/1.0 does not have");
        }
        requireChunked(fields.members("Transfer-Encoding"));
        return new Chunked();
    }

    private static void requireChunked(List<String> codings) throws HttpException {
        String last = codings.isEmpty() ? "" : codings.get(codings.size() - 1);
        String shown = Abbreviated.quoted(String.join(", ", codings));
        if (!last.equalsIgnoreCase("chunked")) {
            throw bad("Transfer-Encoding is " + shown + "; expected chunked at the end");
        }
        if (codings.stream().filter("chunked"::equalsIgnoreCase).count() > 1
                || !codings.stream().allMatch(Token::is)) {
            throw bad("Transfer-Encoding is " + shown + "; expected chunked, once");
        }
        if (codings.size() > 1) {
            throw new HttpException(
                    Status.NOT_IMPLEMENTED, "Transfer-Encoding is " + shown + "; only chunked is implemented");
        }
    }

    private static int length(List<String> lengths, Limits limits) throws HttpException {
        String length = lengths.get(0);
        if (lengths.size() > 1 || length.isEmpty() || !Ascii.DIGITS.containsAll(length)) {
            throw bad("Content-Length is " + Abbreviated.quoted(String.join(", ", lengths))
                    + "; expected one whole number");
        }
        int zeros = 0;
        while (zeros < length.length() - 1 && length.charAt(zeros) == '0') {
            zeros++;
        }
        String digits = length.substring(zeros);
        if (digits.length() > 9 || Integer.parseInt(digits) > limits.body()) {
            throw new HttpException(
                    Status.CONTENT_TOO_LARGE,
                    "the content has " + Abbreviated.of(digits, 40) + " bytes; at most " + limits.body()
                            + " are taken");
        }
        return Integer.parseInt(digits);
    }

    private static HttpException bad(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }
}
