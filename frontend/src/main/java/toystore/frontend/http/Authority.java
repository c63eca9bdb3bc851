package toystore.frontend.http;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The host, and maybe the port, that a request is for: the value of {@code Host} (RFC 9110 §7.2), and what an absolute
 * target begins with. This store answers for any host, but not for what cannot be one.
 */
final class Authority {
    private static final Ascii NAME =
            Ascii.of(Ascii.ALPHANUMERIC + "-._~!$&'()*+;=%"); // RFC 3986 §3.2.2, but the comma
    private static final Ascii ADDRESS = Ascii.of(Ascii.HEXADECIMAL_DIGITS + ":.");

    private Authority() {}

    /**
     * Whether the text is {@code uri-host [ ":" port ]}: no user, no path, no second host. The grammar of RFC 3986 allows
     * an empty host; RFC 9110 §4.2.1 does not in an {@code http} URI, which is the only kind served here.
     */
    static boolean is(String text) {
        int colon = text.startsWith("[") ? text.indexOf("]:") + 1 : text.indexOf(':');
        if (colon <= 0) {
            return isHost(text);
        }
        return isHost(text.substring(0, colon)) && isPort(text.substring(colon + 1));
    }

    static boolean hasPort(String text) {
        return is(text) && text.matches(".*:[0-9]+");
    }

    private static boolean isHost(String host) {
        if (host.startsWith("[")) {
            return host.endsWith("]") && ADDRESS.containsAll(host, 1, host.length() - 1) && isIpv6(host);
        }
        return !host.isEmpty() && NAME.containsAll(host) && PercentCoding.isWellFormed(host);
    }

    private static boolean isIpv6(String bracketed) {
        try {
            return new URI("http://" + bracketed).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isPort(String port) {
        return port.length() <= 5
                && Ascii.DIGITS.containsAll(port)
                && (port.isEmpty() || Integer.parseInt(port) <= 65535);
    }
}
