package toystore.frontend.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    private static final String OWS = "[ \\t]*";
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern PAIR =
            Pattern.compile(OWS + "(?:(" + TOKEN + ")=(?:(" + TOKEN + ")|\"((?:[^\"\\\\]|\\\\.)*+)\"))?" + OWS);
    private static final Pattern QUOTED_PAIR = Pattern.compile("\\\\(.)");
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
            List<Hop> parsed = elements(line);
            if (parsed == null) {
                hops.clear();
                hops.add(new Hop(Optional.empty(), ""));
            } else {
                hops.addAll(parsed);
            }
        }
        return hops;
    }

    /** The elements of a line of {@code Forwarded} (RFC 7239 §4); {@code null} if it is malformed. */
    private static List<Hop> elements(String line) {
        List<Hop> hops = new ArrayList<>();
        Matcher pair = PAIR.matcher(line);
        int start = 0;
        String from = null; // of the current element, null if it is missing
        String scheme = null;
        boolean empty = true;
        while (true) {
            if (!pair.region(start, line.length()).lookingAt()) {
                return null;
            }
            if (pair.group(1) != null) {
                empty = false;
                String value = pair.group(2) != null
                        ? pair.group(2)
                        : QUOTED_PAIR.matcher(pair.group(3)).replaceAll("$1");
                if (pair.group(1).equalsIgnoreCase("for")) {
                    if (from != null) {
                        return null; // must be given once
                    }
                    from = value;
                } else if (pair.group(1).equalsIgnoreCase("proto")) {
                    if (scheme != null) {
                        return null;
                    }
                    scheme = value.toLowerCase(Locale.ROOT);
                }
            }
            int end = pair.end();
            if (end == line.length() || line.charAt(end) == ',') {
                if (!empty) {
                    hops.add(new Hop(from == null ? Optional.empty() : node(from), scheme == null ? "" : scheme));
                }
                from = null;
                scheme = null;
                empty = true;
            } else if (line.charAt(end) != ';') {
                return null;
            }
            if (end == line.length()) {
                return hops;
            }
            start = end + 1;
        }
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
}
