package toystore.common;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A host and a port, written {@code host:port}; an IPv6 address stands in brackets.
 *
 * @param host a name, which may have underscores, as in compose files; an IPv4 address of four decimal numbers; or an
 *     IPv6 address. Any other number is refused: {@code 0.5} would mean 0.0.0.5 to the system
 */
public record Address(String host, int port) {
    private static final Pattern ZERO_GROUPS = Pattern.compile("((^|:)0){2,}(:|$)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*\\.?");
    private static final Pattern NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\\.?");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern LIKE_IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9_.-]+)?");

    public Address {
        if (host == null || host.isBlank()) {
            throw new IllegalArgumentException("the host is missing");
        }
        requireHost(host);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
    }

    /** The numeric address; an IPv6 address has its short form, {@code ::1}. */
    public static Address of(InetSocketAddress socket) {
        return new Address(shorten(socket.getAddress().getHostAddress()), socket.getPort());
    }

    /** Leaves out the longest run of zero groups, the first one of several (RFC 5952 §4.2). */
    static String shorten(String host) {
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
            if (host.indexOf(':') < 0) {
                throw new IllegalArgumentException("only an IPv6 address stands in brackets");
            }
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

    static boolean isIpv4(String host) {
        return IPV4.matcher(host).matches();
    }

    private static void requireHost(String host) {
        if (LIKE_IPV6.matcher(host).matches()) {
            requireIpv6(host);
        } else if (!NAME.matcher(host).matches()) {
            throw new IllegalArgumentException("the host \"" + Abbreviated.printable(host, 60)
                    + "\" has characters other than letters, digits, -, _ and single dots between them");
        } else if (NUMBER.matcher(host).matches() && !isIpv4(host)) {
            throw new IllegalArgumentException("the host \"" + Abbreviated.printable(host, 60)
                    + "\" is a number, and no IPv4 address, which has four from 0 to 255");
        }
    }

    /** Checks an IPv6 address. In brackets it is not looked up in the DNS. */
    private static void requireIpv6(String host) {
        try {
            InetAddress.getByName("[" + host + "]");
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host \"" + host + "\" is no IPv6 address", e);
        }
    }

    /** Resolves the host. */
    public InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /**
     * Returns whether only this machine can use the address: {@code localhost}, 127.0.0.0/8 or {@code ::1}. Any other
     * name counts as an address of the network, because it is not looked up: it may change its meaning later.
     */
    public boolean isLoopback() {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return (IPV4.matcher(host).matches() || LIKE_IPV6.matcher(host).matches())
                    && InetAddress.getByName(host).isLoopbackAddress(); // a number, which is not looked up
        } catch (UnknownHostException noSuchZone) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
