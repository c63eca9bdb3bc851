package toystore.frontend.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toystore.common.Network;

/**
 * Parses the fields in which proxies tell where a request came from: {@code Forwarded} (RFC 7239), or {@code
 * X-Forwarded-For} with {@code X-Forwarded-Proto}. Each proxy appends a hop, so the last one is that of the nearest
 * proxy.
 *
 * <pre>
 *   Forwarded: for=192.0.2.43;proto=https, for="[2001:db8::17]:4711"
 *   X-Forwarded-For: 192.0.2.43, 2001:db8::17
 * </pre>
 *
 * A proxy passes on what it does not know. If a request has both fields, the client may have sent one of them itself,
 * so none of them counts.
 */
final class Forwarded {
    private static final String FORWARDED = "Forwarded";
    private static final String X_FOR = "X-Forwarded-For";
    private static final String X_PROTO = "X-Forwarded-Proto";
    private static final List<String> ADDED_BY_PROXIES =
            List.of(FORWARDED, X_FOR, X_PROTO, "X-Forwarded-Host", "X-Real-IP", "Via");

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final Pattern PORT =
            Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]]*)(?::(?:[0-9]{1,5}|_[A-Za-z0-9._-]+))?");

    private Forwarded() {}

    /**
     * What a proxy says about its client.
     *
     * @param from the address of the client; empty if the proxy does not know it, or does not tell it
     * @param scheme in lower case; empty if the proxy does not tell it
     */
    record Hop(Optional<InetAddress> from, String scheme) {}

    /** Returns whether a proxy has passed on the request: it has a field that only proxies send. */
    static boolean isPresent(Fields fields) {
        return ADDED_BY_PROXIES.stream().anyMatch(name -> !fields.all(name).isEmpty());
    }

    /**
     * The hops of a request, the first one first. A malformed line ends what is known, so the hops before it and its own
     * are not among them.
     */
    static List<Hop> hops(Fields fields) {
        List<String> forwarded = fields.all(FORWARDED);
        List<String> addresses = fields.all(X_FOR);
        if (!forwarded.isEmpty() && !addresses.isEmpty()) {
            return List.of();
        }
        return forwarded.isEmpty() ? byAddress(addresses, scheme(fields)) : byElement(forwarded);
    }

    private static List<Hop> byAddress(List<String> lines, String scheme) {
        List<Hop> hops = new ArrayList<>();
        for (String line : lines) {
            for (String member : line.split(",", -1)) {
                hops.add(new Hop(node(Fields.trim(member)), scheme));
            }
        }
        return hops.isEmpty() && !scheme.isEmpty() ? List.of(new Hop(Optional.empty(), scheme)) : hops;
    }

    /** The scheme if all proxies tell the same one; else empty. */
    private static String scheme(Fields fields) {
        List<String> schemes = fields.members(X_PROTO).stream()
                .map(scheme -> scheme.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
        return schemes.size() == 1 ? schemes.get(0) : "";
    }

    private static List<Hop> byElement(List<String> lines) {
        List<Hop> hops = new ArrayList<>();
        for (String line : lines) {
            Optional<List<Hop>> parsed = new Elements(line).parse();
            if (parsed.isEmpty()) {
                hops.clear();
            }
            hops.addAll(parsed.orElse(List.of(new Hop(Optional.empty(), ""))));
        }
        return hops;
    }

    /**
     * The address of a node (RFC 7239 §6), with or without a port. Empty if it is {@code unknown}, a name, or malformed.
     * X-Forwarded-For has IPv6 addresses without brackets, too.
     */
    private static Optional<InetAddress> node(String node) {
        Matcher parts = PORT.matcher(node);
        if (!parts.matches()) {
            return Network.address(node); // an IPv6 address without brackets
        }
        String address = parts.group(1);
        return address.startsWith("[")
                ? Network.address(address.substring(1, address.length() - 1)).filter(found -> address.indexOf(':') > 0)
                : Network.address(address);
    }

    /** Parses the elements of one line of {@code Forwarded} (RFC 7239 §4). */
    private static final class Elements {
        private final String line;
        private final List<Hop> hops = new ArrayList<>();
        private int at; // index in the line

        Elements(String line) {
            this.line = line;
        }

        /** The hops; empty if the line is malformed. */
        Optional<List<Hop>> parse() {
            boolean valid = true;
            while (valid && at < line.length()) {
                skipSpace();
                if (!skip(',')) {
                    valid = element();
                }
            }
            return valid ? Optional.of(hops) : Optional.empty();
        }

        /** {@code [pair] *(";" [pair])}, up to a comma or the end. Returns false if it is malformed. */
        private boolean element() {
            Map<String, String> pairs = new HashMap<>();
            do {
                skipSpace();
                if (at < line.length() && isTokenCharacter(line.charAt(at))) {
                    String name = token().toLowerCase(Locale.ROOT);
                    String value = skip('=') ? value() : null;
                    if (value == null || pairs.put(name, value) != null) { // a parameter must be given once
                        return false;
                    }
                }
                skipSpace();
            } while (skip(';'));
            if (!pairs.isEmpty()) {
                Optional<InetAddress> from =
                        Optional.ofNullable(pairs.get("for")).flatMap(Forwarded::node);
                hops.add(new Hop(from, pairs.getOrDefault("proto", "").toLowerCase(Locale.ROOT)));
            }
            return at == line.length() || line.charAt(at) == ',';
        }

        /** A token or a quoted string; {@code null} if it is malformed. */
        private String value() {
            if (!skip('"')) {
                String token = token();
                return token.isEmpty() ? null : token;
            }
            StringBuilder value = new StringBuilder();
            while (at < line.length() && line.charAt(at) != '"') {
                skip('\\');
                if (at < line.length()) {
                    value.append(line.charAt(at++));
                }
            }
            return skip('"') ? value.toString() : null;
        }

        private String token() {
            int start = at;
            while (at < line.length() && isTokenCharacter(line.charAt(at))) {
                at++;
            }
            return line.substring(start, at);
        }

        private void skipSpace() {
            while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
                at++;
            }
        }

        private boolean skip(char expected) {
            boolean found = at < line.length() && line.charAt(at) == expected;
            at += found ? 1 : 0;
            return found;
        }

        private static boolean isTokenCharacter(char c) {
            return (c >= '0' && c <= '9')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || TOKEN_MARKS.indexOf(c) >= 0;
        }
    }
}
