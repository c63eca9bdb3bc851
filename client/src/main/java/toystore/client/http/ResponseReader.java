package toystore.client.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import toystore.client.http.HttpConnection.Response;

/**
 * Reads the responses on one connection: the status, and where each response ends (RFC 9112 §6.3). Not thread-safe.
 */
final class ResponseReader {
    /** The number of bytes of a body that are kept; the rest is read and dropped. */
    static final int MAX_KEPT = 1024 * 1024;

    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_LINES = 1000;
    private static final long UNTIL_CLOSE = -1;
    private static final long CHUNKED = -2;

    private final String server;
    private final InputStream in;
    private final BooleanSupplier cutOff;
    private final byte[] buffer = new byte[2 * MAX_LINE];
    private int from; // bytes from here up to 'to' are read, but not consumed
    private int to;
    private boolean begun; // a byte of the next response was read
    private boolean keepsOpen;
    private long length; // of the body; or UNTIL_CLOSE or CHUNKED

    /**
     * A reader of a connection without responses yet.
     *
     * @param server its name, for messages
     * @param cutOff whether the end of the input may be the work of somebody else than the server
     */
    ResponseReader(String server, InputStream in, BooleanSupplier cutOff) {
        this.server = server;
        this.in = in;
        this.cutOff = cutOff;
    }

    /** Reads the next response, and skips interim ones (1xx). */
    Response read(HttpRequest request) throws IOException {
        int status = head();
        while (status < 200) {
            status = head();
        }
        if (request.isHead() || status == 204 || status == 304) {
            length = 0;
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream((int) Math.max(0, Math.min(length, MAX_KEPT)));
        long size;
        if (length == CHUNKED) {
            size = chunks(kept);
        } else if (length == UNTIL_CLOSE) {
            keepsOpen = false;
            size = take(Long.MAX_VALUE, kept);
            if (cutOff.getAsBoolean()) {
                throw endedWithin(); // RFC 9112 §9.8
            }
        } else {
            size = take(length, kept);
            if (size < length) {
                throw endedWithin();
            }
        }
        begun = false;
        return new Response(status, kept.toByteArray(), size);
    }

    /** Returns whether a byte of the response after the last complete one was read. */
    boolean hasBegun() {
        return begun;
    }

    /** Returns whether the server keeps the connection open after the last response. */
    boolean keepsOpen() {
        return keepsOpen;
    }

    /** Returns whether the buffer has bytes after the last response. */
    boolean hasBuffered() {
        return from < to;
    }

    /** Waits for a byte after the last response; returns {@code false} if the server has closed the connection. */
    boolean awaitUnread() throws IOException {
        return hasBuffered() || in.read() >= 0;
    }

    /** Reads the status line and the fields; returns the status. */
    private int head() throws IOException {
        int end = line();
        int status = status(end);
        keepsOpen = buffer[from + 7] == '1';
        length = UNTIL_CLOSE;
        for (int lines = 0; lines < MAX_LINES; lines++) {
            from = end + 1;
            end = line();
            int last = end > from && buffer[end - 1] == '\r' ? end - 1 : end;
            if (last == from) {
                from = end + 1;
                return status;
            }
            field(last);
        }
        throw new IOException(server + " sent a response with more than " + MAX_LINES + " fields");
    }

    private int status(int end) throws IOException {
        String line = text(from, Math.min(end, from + 13));
        int status = line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' '
                ? (int) number(line.substring(9, 12))
                : -1;
        if (status < 100) {
            throw new IOException(server + " does not respond in HTTP/1.1");
        }
        return status;
    }

    /** Evaluates the field line that ends before {@code last}. */
    private void field(int last) throws IOException {
        if (startsWith("content-length:", last)) {
            long value = number(text(from + 15, last));
            if (value < 0 || (length >= 0 && length != value)) {
                throw new IOException(
                        server + " sent a response with an invalid Content-Length: \"" + text(from + 15, last) + "\"");
            }
            length = length == CHUNKED ? CHUNKED : value; // RFC 9112 §6.3: chunked overrides it
        } else if (startsWith("transfer-encoding:", last)) {
            length = CHUNKED;
        } else if (startsWith("connection:", last)) {
            String options = text(from + 11, last).toLowerCase(Locale.ROOT);
            keepsOpen = !options.contains("close") && (keepsOpen || options.contains("keep-alive"));
        }
    }

    private long chunks(ByteArrayOutputStream kept) throws IOException {
        long all = 0;
        for (long size = chunkSize(); size != 0; size = chunkSize()) {
            all += size;
            if (take(size, kept) < size) {
                throw endedWithin();
            }
            if (!nextLine().isEmpty()) {
                throw new IOException(server + " sent a chunk that is longer than its size");
            }
        }
        for (String trailer = nextLine(); !trailer.isEmpty(); trailer = nextLine()) {
            // trailers are not used
        }
        return all;
    }

    private long chunkSize() throws IOException {
        String line = nextLine();
        String digits = line.substring(0, line.indexOf(';') < 0 ? line.length() : line.indexOf(';'))
                .strip();
        try {
            return Long.parseUnsignedLong(digits.length() > 15 ? "too long" : digits, 16);
        } catch (NumberFormatException e) {
            throw new IOException(server + " sent a chunk with the invalid size \"" + digits + "\"", e);
        }
    }

    /** Consumes the given number of body bytes, or fewer if the connection ends before; returns the number. */
    private long take(long size, ByteArrayOutputStream kept) throws IOException {
        long taken = 0;
        while (taken < size && (from < to || fill())) {
            int some = (int) Math.min(size - taken, to - from);
            kept.write(buffer, from, Math.min(some, MAX_KEPT - kept.size()));
            from += some;
            taken += some;
        }
        return taken;
    }

    private String nextLine() throws IOException {
        int end = line();
        String line = text(from, end);
        from = end + 1;
        return line;
    }

    /** Reads until a whole line is in the buffer; returns the position of its line feed. */
    private int line() throws IOException {
        int seen = from;
        while (true) {
            while (seen < to) {
                if (buffer[seen] == '\n') {
                    return seen;
                }
                seen++;
            }
            if (to - from >= MAX_LINE) {
                throw new IOException(server + " sent a line of more than " + MAX_LINE + " bytes");
            }
            int before = from;
            if (!fill()) {
                throw new EOFException(server + " closed the connection before a response");
            }
            seen -= before - from;
        }
    }

    /** Reads available bytes into the buffer; returns {@code false} if the server has closed the connection. */
    private boolean fill() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        int read = in.read(buffer, to, buffer.length - to);
        if (read > 0) {
            begun = true;
            to += read;
        }
        return read > 0;
    }

    /** Returns whether the line before {@code last} starts with the given name, ignoring case. */
    private boolean startsWith(String name, int last) {
        if (last - from < name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int c = buffer[from + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String text(int start, int end) {
        return new String(buffer, start, Math.max(0, end - start), ISO_8859_1).strip();
    }

    /** The value of up to 17 digits; -1 for any other text. */
    private static long number(String digits) {
        boolean valid =
                !digits.isEmpty() && digits.length() < 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return valid ? Long.parseLong(digits) : -1;
    }

    private EOFException endedWithin() {
        return new EOFException(server + " closed the connection within a response");
    }
}
