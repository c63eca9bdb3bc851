package toystore.frontend.http.parse;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toystore.common.Abbreviated;
import toystore.frontend.http.Fields;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;

/**
 * Tells where the content of a request ends (RFC 9112 §6), and reads it. Fields that two readers could understand
 * differently let an attacker smuggle a request past one of them (RFC 9112 §11.2): such a request is refused.
 *
 * @param length bytes of content; 0 if its chunks tell their sizes
 */
record Framing(Kind kind, int length) {

    enum Kind {
        /** The request has no content. */
        NONE,
        /** The field Content-Length gives the length, which may be 0. */
        LENGTH,
        /** The content is in chunks. */
        CHUNKED
    }

    private static final Framing NONE = new Framing(Kind.NONE, 0);
    private static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
    private static final int MAX_CONTENT = 64 * 1024; // bytes
    private static final byte[] NO_BYTES = {};

    /** Applies the rules of RFC 9112 §6.3 to the fields of a request. */
    static Framing of(Fields fields, int minorVersion) throws HttpException {
        List<String> lengths = fields.all("Content-Length");
        if (fields.all("Transfer-Encoding").isEmpty()) {
            return lengths.isEmpty() ? NONE : new Framing(Kind.LENGTH, length(lengths));
        }
        if (!lengths.isEmpty()) {
            throw bad("both Transfer-Encoding and Content-Length are given");
        }
        if (minorVersion == 0) {
            throw bad("Transfer-Encoding is given, which HTTP/1.0 does not have");
        }
        requireChunked(fields.members("Transfer-Encoding"));
        return CHUNKED;
    }

    /** Returns whether the request gives the length of its content, even if that is 0. */
    boolean announcesContent() {
        return kind != Kind.NONE;
    }

    /** Returns whether the request has no content, or content of 0 bytes. */
    boolean isEmpty() {
        return kind != Kind.CHUNKED && length == 0;
    }

    /** Reads the content. */
    byte[] read(HttpInput input) throws IOException, HttpException {
        if (isEmpty()) {
            return NO_BYTES;
        }
        Content content = new Content();
        if (kind == Kind.CHUNKED) {
            new ChunkReader(input, content).read();
        } else {
            content.read(input, length);
        }
        return content.bytes();
    }

    private static void requireChunked(List<String> codings) throws HttpException {
        String last = codings.isEmpty() ? "" : codings.get(codings.size() - 1);
        String found = "Transfer-Encoding is " + Abbreviated.quoted(String.join(", ", codings));
        if (!last.equalsIgnoreCase("chunked")) {
            throw bad(found + "; expected chunked at the end");
        }
        if (codings.stream().filter("chunked"::equalsIgnoreCase).count() > 1
                || !codings.stream().allMatch(Ascii.TOKEN::containsAll)) {
            throw bad(found + "; expected chunked, once");
        }
        if (codings.size() > 1) {
            throw new HttpException(Status.NOT_IMPLEMENTED, found + "; only chunked is implemented");
        }
    }

    private static int length(List<String> lengths) throws HttpException {
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
        if (digits.length() > 9 || Integer.parseInt(digits) > MAX_CONTENT) {
            throw new HttpException(
                    Status.CONTENT_TOO_LARGE,
                    "the content has " + Abbreviated.of(digits, 40) + " bytes; at most " + MAX_CONTENT
                            + " are allowed");
        }
        return Integer.parseInt(digits);
    }

    private static HttpException bad(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }

    /** Content as it arrives. It takes memory for bytes that have arrived, not for bytes that were announced. */
    private static final class Content {
        private static final int STEP = 8 * 1024;

        private byte[] bytes = NO_BYTES;
        private int length;

        int length() {
            return length;
        }

        /** Reads this many bytes more. */
        void read(HttpInput input, int count) throws IOException {
            int end = length + count;
            while (length < end) {
                int step = Math.min(end - length, Math.max(length, STEP));
                if (length + step > bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.max(length + step, 2 * bytes.length));
                }
                input.content(bytes, length, step);
                length += step;
            }
        }

        byte[] bytes() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
    }

    /**
     * Reads content in chunks (RFC 9112 §7.1). Checks extensions and trailer fields, and discards them.
     *
     * <pre>
     *   chunk      = size [ *( ";" name [ "=" value ] ) ] CRLF  data of that size  CRLF
     *   last-chunk = "0" [ extensions ] CRLF  trailer fields  CRLF
     * </pre>
     */
    private static final class ChunkReader {
        private static final int MAX_LINE = 1024; // bytes before a chunk, without the line end
        private static final int MAX_EXTENSIONS = 16 * 1024; // bytes before all chunks, without the sizes
        private static final int MAX_DIGITS = 8; // of a size
        private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
        private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
        private static final String SPACE = "[ \t]*+";
        private static final Pattern EXTENSION = Pattern.compile(
                SPACE + ";" + SPACE + TOKEN + "(?:" + SPACE + "=" + SPACE + "(?:" + TOKEN + "|" + QUOTED + "))?");

        private final HttpInput input;
        private final Content content;
        private int extensions; // bytes so far

        ChunkReader(HttpInput input, Content content) {
            this.input = input;
            this.content = content;
        }

        void read() throws IOException, HttpException {
            for (int size = size(); size > 0; size = size()) {
                content.read(input, size);
                input.chunkEnd();
            }
            FieldReader.read(input); // the trailer
        }

        private int size() throws IOException, HttpException {
            String line = input.line(MAX_LINE, ChunkReader::lineTooLong);
            int digits = 0;
            while (digits < line.length() && Ascii.HEXADECIMAL.contains(line.charAt(digits))) {
                digits++;
            }
            if (digits == 0) {
                throw bad("a chunk does not begin with its size in hexadecimal digits");
            }
            skipExtensions(line, digits);
            long size = digits > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(line.substring(0, digits), 16);
            if (size > MAX_CONTENT - content.length()) {
                throw tooLarge("the content has more than " + MAX_CONTENT + " bytes in its chunks");
            }
            return (int) size;
        }

        private void skipExtensions(String line, int start) throws HttpException {
            extensions += line.length() - start;
            if (extensions > MAX_EXTENSIONS) {
                throw tooLarge("the extensions of the chunks have more than " + MAX_EXTENSIONS + " bytes");
            }
            Matcher extension = EXTENSION.matcher(line);
            int position = start;
            while (position < line.length()) {
                if (!extension.region(position, line.length()).lookingAt()) {
                    throw bad("the size of a chunk is followed by neither a line end nor an extension");
                }
                position = extension.end();
            }
        }

        private static HttpException lineTooLong(int limit, String beginning) {
            return tooLarge("the line before a chunk is longer than " + limit + " bytes");
        }

        private static HttpException tooLarge(String message) {
            return new HttpException(Status.CONTENT_TOO_LARGE, message);
        }
    }
}
