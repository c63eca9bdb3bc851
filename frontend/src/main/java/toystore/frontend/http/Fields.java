package toystore.frontend.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The fields of a message (RFC 9110 §5), in the order in which they were sent. Immutable. */
public record Fields(List<Field> lines) {

    /** One field line. Names compare without regard to case. */
    public record Field(String name, String value) {}

    public Fields {
        lines = List.copyOf(lines);
    }

    /** All values of a field, one for each of its lines. */
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

    /** The value of a field that may be sent once. Refuses a request that sends it more often. */
    public Optional<String> one(String name) throws HttpException {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new HttpException(Status.BAD_REQUEST, "the field " + name + " is given " + values.size() + " times");
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** The members of a list field, over all its lines. Empty members do not count (RFC 9110 §5.6.1). */
    public List<String> members(String name) {
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

    /** Returns whether a list field has this member, without regard to case. */
    public boolean hasMember(String name, String member) {
        for (String each : members(name)) {
            if (each.equalsIgnoreCase(member)) {
                return true;
            }
        }
        return false;
    }

    /** The text without the optional white space around it (RFC 9110 §5.6.3): spaces and tabs. */
    public static String trim(String value) {
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
