package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads requests from a connection (RFC 9112). What could be understood in two ways is refused: where one request
 * ends and the next begins must not be a matter of opinion. After a refusal nothing more can be read.
 */
final class RequestReader {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

    private final HttpInput input;
    private final OutputStream interim;
    private final Limits limits;

    /** @param interim takes {@code 100 Continue}, when the peer waits for it */
    RequestReader(InputStream in, OutputStream interim, Limits limits) {
        this.input = new HttpInput(in);
        this.interim = interim;
        this.limits = limits;
    }

    /** Waits for the first byte of a request; false if the peer has closed instead. */
    boolean awaitRequest() throws IOException {
        return input.hasMore();
    }

    /** Whether the peer has sent more than was read. */
    boolean hasUnread() throws IOException {
        return input.hasUnread();
    }

    /** Reads a request whole. */
    Request read() throws IOException, HttpException {
        RequestLine line = requestLine();
        Fields fields = fields();
        requireHost(line, fields);
        int length = contentLength(fields);
        answerExpectation(line, fields, length);
        return new Request(line, fields, input.content(length));
    }

    private RequestLine requestLine() throws IOException, HttpException {
        HttpException tooLong = new HttpException(
                Status.URI_TOO_LONG, "the request line is longer than " + limits.requestLine() + " bytes");
        String line = input.line(limits.requestLine(), tooLong);
        if (line.isEmpty()) { // one empty line may come before a request (RFC 9112 §2.2)
            line = input.line(limits.requestLine(), tooLong);
        }
        if (line.chars().anyMatch(c -> c == '\t' || c > '~')) {
            throw new HttpException(
                    Status.BAD_REQUEST, "the request line contains a character that is not visible ASCII");
        }
        return RequestLine.parse(line);
    }

    private Fields fields() throws IOException, HttpException {
        HttpException tooLong = new HttpException(
                Status.REQUEST_HEADER_FIELDS_TOO_LARGE, "a field line is longer than " + limits.field() + " bytes");
        List<Field> fields = new ArrayList<>();
        int size = 0;
        for (String line = input.line(limits.field(), tooLong);
                !line.isEmpty();
                line = input.line(limits.field(), tooLong)) {
            size += line.length() + 2;
            if (size > limits.fieldSection()) {
                throw new HttpException(
                        Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "the fields are longer than " + limits.fieldSection() + " bytes");
            }
            if (fields.size() == limits.fields()) {
                throw new HttpException(
                        Status.REQUEST_HEADER_FIELDS_TOO_LARGE, "there are more than " + limits.fields() + " fields");
            }
            fields.add(Fields.parse(line));
        }
        return new Fields(fields);
    }

    /** RFC 9112 §3.2. */
    private static void requireHost(RequestLine line, Fields fields) throws HttpException {
        int hosts = fields.all("Host").size();
        if (hosts > 1 || (hosts == 0 && line.minorVersion() == 1)) {
            throw new HttpException(Status.BAD_REQUEST, "the field Host is given " + hosts + " times; expected once");
        }
    }

    /** RFC 9112 §6.3. */
    private int contentLength(Fields fields) throws HttpException {
        List<String> lengths = fields.all("Content-Length");
        if (!fields.all("Transfer-Encoding").isEmpty()) {
            throw lengths.isEmpty()
                    ? new HttpException(Status.NOT_IMPLEMENTED, "Transfer-Encoding is not taken; send a Content-Length")
                    : new HttpException(Status.BAD_REQUEST, "both Transfer-Encoding and Content-Length are given");
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        String length = lengths.get(0);
        if (lengths.size() > 1 || !length.matches("[0-9]+")) {
            throw new HttpException(
                    Status.BAD_REQUEST,
                    "Content-Length is \"" + String.join(", ", lengths) + "\"; expected one whole number");
        }
        String digits = length.replaceFirst("^0+(?=.)", "");
        if (digits.length() > 9 || Integer.parseInt(digits) > limits.body()) {
            throw new HttpException(
                    Status.CONTENT_TOO_LARGE,
                    "the content has " + digits + " bytes; at most " + limits.body() + " are taken");
        }
        return Integer.parseInt(digits);
    }

    /** RFC 9110 §10.1.1. */
    private void answerExpectation(RequestLine line, Fields fields, int length) throws IOException, HttpException {
        List<String> expectations = fields.all("Expect");
        if (expectations.isEmpty() || line.minorVersion() == 0) {
            return;
        }
        if (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new HttpException(
                    Status.EXPECTATION_FAILED,
                    "Expect is \"" + String.join(", ", expectations) + "\"; only 100-continue can be met");
        }
        if (length > 0) {
            interim.write(CONTINUE);
        }
    }
}
