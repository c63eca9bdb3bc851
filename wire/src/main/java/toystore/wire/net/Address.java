package toystore.wire.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A host and a port, written {@code host:port}; an IPv6 address stands in brackets. */
public record Address(String host, int port) {
    private static final Pattern ZERO_GROUPS = Pattern.compile("((^|:)0){2,}(:|$)");

    public Address {
        if (host == null || host.isBlank()) {
            throw new IllegalArgumentException("the host is missing");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
    }

    /** The numeric address; of an IPv6 address the short form, {@code ::1}. */
    public static Address of(InetSocketAddress socket) {
        return new Address(shorten(socket.getAddress().getHostAddress()), socket.getPort());
    }

    /** Leaves out the longest run of zero groups, the first one of several (RFC 5952 §4.2). */
    private static String shorten(String host) {
        MatchResult longest = null;
        for (MatchResult zeros : ZERO_GROUPS.matcher(host).results().toList()) {
            if (longest == null || zeros.group().length() > longest.group().length()) {
                longest = zeros;
            }
        }
        return longest == null ? host : host.substring(0, longest.start()) + "::" + host.substring(longest.end());
    }

    /** Reads {@code host} or {@code host:port}. */
    public static Address parse(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean hasPort =
                colon >= 0 && text.indexOf(']', colon) < 0 && (text.startsWith("[") || text.indexOf(':') == colon);
        String host = hasPort ? text.substring(0, colon) : text;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!hasPort) {
            return new Address(host, defaultPort);
        }
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("the port \"" + port + "\" is not a number");
        }
        return new Address(host, Integer.parseInt(port));
    }

    /** Looks the host up now. */
    public InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
