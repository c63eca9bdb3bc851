package toystore.frontend.http.parse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import toystore.common.Abbreviated;
import toystore.frontend.http.Fields;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;

/**
 * Reads field sections (RFC 9112 §5). Most clients send the same fields with each request of a connection: a section
 * with the same bytes as the last one is compared with it, and not parsed again. Not thread-safe.
 */
final class FieldReader {
    private static final int MAX_LINE = 8 * 1024; // bytes, without the line end
    private static final int MAX_LINES = 100;
    private static final int MAX_SECTION = 32 * 1024; // bytes of all lines, with their line ends
    private static final int MAX_KEPT = 2 * 1024; // bytes of a section that is kept for comparison

    private final HttpInput input;
    private byte[] lastBytes = {}; // with the empty line at the end; empty if it was not kept
    private Fields last;

    FieldReader(HttpInput input) {
        this.input = input;
    }

    /** Reads the fields of a head. Returns the same object as before if their bytes are the same. */
    Fields readHeader() throws IOException, HttpException {
        if (!input.skip(lastBytes)) {
            input.mark();
            last = read(input);
            lastBytes = input.marked(MAX_KEPT);
        }
        return last;
    }

    /** Reads field lines up to the empty line that ends them. */
    static Fields read(HttpInput input) throws IOException, HttpException {
        List<Field> fields = new ArrayList<>();
        int size = 0;
        for (String line = line(input); !line.isEmpty(); line = line(input)) {
            if (fields.size() == MAX_LINES) {
                throw tooLarge("there are more than " + MAX_LINES + " fields");
            }
            fields.add(parse(line));
            size += line.length() + 2;
            if (size > MAX_SECTION) {
                throw tooLarge("the fields are longer than " + MAX_SECTION + " bytes together; the longest is "
                        + Abbreviated.quoted(longest(fields).name()));
            }
        }
        return new Fields(fields);
    }

    private static String line(HttpInput input) throws IOException, HttpException {
        return input.line(MAX_LINE, FieldReader::lineTooLong);
    }

    /** Parses a field line. Refuses a folded line, and a space before the colon: both serve to smuggle requests. */
    private static Field parse(String line) throws HttpException {
        if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
            throw new HttpException(
                    Status.BAD_REQUEST, "a field line begins with white space; folded lines are not supported");
        }
        int colon = line.indexOf(':');
        if (colon <= 0 || !Ascii.TOKEN.containsAll(line, 0, colon)) {
            throw new HttpException(Status.BAD_REQUEST, "a field line is malformed; expected: name, colon, value");
        }
        return new Field(line.substring(0, colon), Fields.trim(line.substring(colon + 1)));
    }

    private static HttpException lineTooLong(int limit, String beginning) {
        int colon = beginning.indexOf(':');
        String name = colon < 0 ? beginning : beginning.substring(0, colon);
        return tooLarge("the field " + Abbreviated.quoted(name) + " is longer than " + limit + " bytes");
    }

    private static Field longest(List<Field> fields) {
        return Collections.max(
                fields,
                Comparator.comparingInt(
                        field -> field.name().length() + field.value().length()));
    }

    private static HttpException tooLarge(String message) {
        return new HttpException(Status.REQUEST_HEADER_FIELDS_TOO_LARGE, message);
    }
}
