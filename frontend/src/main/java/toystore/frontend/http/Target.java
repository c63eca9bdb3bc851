package toystore.frontend.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request is for, in origin form: a path and a query (RFC 9112 §3.2.1, RFC 3986 §3.3, §3.4). It is split first
 * and percent-decoded after that, once, as UTF-8.
 *
 * @param path its segments: {@code /products/Tux} has two; {@code /} has one, which is empty
 * @param query parameters by name
 */
public record Target(List<String> path, Map<String, String> query) {
    public Target {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    static Target parse(String target) throws HttpException {
        if (!target.startsWith("/")) {
            throw new HttpException(Status.BAD_REQUEST, "the target does not start with a slash");
        }
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        return new Target(segments(path), parameters(query));
    }

    private static List<String> segments(String path) throws HttpException {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            segments.add(PercentCoding.decode(segment));
        }
        return segments;
    }

    /** In a query a plus sign stands for a space, as HTML forms send it. */
    private static Map<String, String> parameters(String query) throws HttpException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = PercentCoding.decode((equals < 0 ? pair : pair.substring(0, equals)).replace('+', ' '));
            String value = PercentCoding.decode((equals < 0 ? "" : pair.substring(equals + 1)).replace('+', ' '));
            if (parameters.putIfAbsent(name, value) != null) {
                throw new HttpException(Status.BAD_REQUEST, "the parameter " + name + " is given twice");
            }
        }
        return parameters;
    }
}
