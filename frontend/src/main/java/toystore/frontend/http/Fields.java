package toystore.frontend.http;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The field section of a request (RFC 9112 §5), in the order in which it was sent. */
public record Fields(List<Field> lines) {
    public Fields {
        lines = List.copyOf(lines);
    }

    /** One field line. White space before the colon, and lines that go on, are ways to smuggle: both are refused. */
    static Field parse(String line) throws HttpException {
        if (line.startsWith(" ") || line.startsWith("\t")) {
            throw new HttpException(
                    Status.BAD_REQUEST, "a field line begins with white space; folded lines are not taken");
        }
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon);
        if (!Token.is(name)) {
            throw new HttpException(Status.BAD_REQUEST, "a field line is not understood; expected: name, colon, value");
        }
        return new Field(name, trim(line.substring(colon + 1)));
    }

    /** All values of a field. */
    public List<String> all(String name) {
        return lines.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** The value of a field that may be sent once. */
    public Optional<String> one(String name) throws HttpException {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new HttpException(Status.BAD_REQUEST, "the field " + name + " is given " + values.size() + " times");
        }
        return values.stream().findFirst();
    }

    /** Whether one of the comma-separated members of a field is this one, without regard to case. */
    boolean hasMember(String name, String member) {
        return all(name).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .anyMatch(each -> trim(each).equalsIgnoreCase(member));
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
}
