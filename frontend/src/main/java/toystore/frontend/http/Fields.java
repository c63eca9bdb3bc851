package toystore.frontend.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import toystore.common.Abbreviated;

/** A field section (RFC 9112 §5), of a head or behind chunked content, in the order in which it was sent. */
public record Fields(List<Field> lines) {
    public Fields {
        lines = List.copyOf(lines);
    }

    /** Reads field lines up to the empty line that ends them. */
    static Fields read(HttpInput input, Limits limits) throws IOException, HttpException {
        List<Field> fields = new ArrayList<>();
        int size = 0;
        for (String line = input.line(limits.field(), Fields::lineTooLong);
                !line.isEmpty();
                line = input.line(limits.field(), Fields::lineTooLong)) {
            if (fields.size() == limits.fields()) {
                throw tooLarge("there are more than " + limits.fields() + " fields");
            }
            fields.add(parse(line));
            size += line.length() + 2;
            if (size > limits.fieldSection()) {
                throw tooLarge(
                        "the fields are longer than " + limits.fieldSection() + " bytes together; the longest is "
                                + Abbreviated.quoted(longest(fields).name()));
            }
        }
        return new Fields(fields);
    }

    /** One field line. White space before the colon, and lines that go on, are ways to smuggle: both are refused. */
    private static Field parse(String line) throws HttpException {
        if (isSpace(line.charAt(0))) {
            throw new HttpException(
                    Status.BAD_REQUEST, "a field line begins with white space; folded lines are not taken");
        }
        int colon = line.indexOf(':');
        if (colon <= 0 || !Token.CHARACTERS.containsAll(line, 0, colon)) {
            throw new HttpException(Status.BAD_REQUEST, "a field line is not understood; expected: name, colon, value");
        }
        return new Field(line.substring(0, colon), trim(line.substring(colon + 1)));
    }

    /** All values of a field. */
    public List<String> all(String name) {
        List<String> values = List.of();
        for (int i = 0; i < lines.size(); i++) {
            Field field = lines.get(i);
            if (field.name().equalsIgnoreCase(name)) {
                values = values.isEmpty() ? new ArrayList<>() : values;
                values.add(field.value());
            }
        }
        return values;
    }

    /** The value of a field that may be sent once. */
    public Optional<String> one(String name) throws HttpException {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new HttpException(Status.BAD_REQUEST, "the field " + name + " is given " + values.size() + " times");
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    boolean has(String name) {
        return !all(name).isEmpty();
    }

    /** The members of a field that is a list, over all its lines; empty ones do not count (RFC 9110 §5.6.1). */
    List<String> members(String name) {
        List<String> values = all(name);
        if (values.isEmpty()) {
            return values;
        }
        List<String> members = new ArrayList<>();
        for (String value : values) {
            for (String member : value.split(",", -1)) {
                String trimmed = trim(member);
                if (!trimmed.isEmpty()) {
                    members.add(trimmed);
                }
            }
        }
        return members;
    }

    /** Whether a field that is a list has this member, without regard to case. */
    boolean hasMember(String name, String member) {
        for (String each : members(name)) {
            if (each.equalsIgnoreCase(member)) {
                return true;
            }
        }
        return false;
    }

    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
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
