package toystore.frontend.http;

/**
 * The host, and maybe the port, that a request is for: the value of {@code Host} (RFC 9110 §7.2), and what an absolute
 * target begins with. This store answers for any host, but not for what cannot be one.
 */
final class Authority {
    private static final Ascii NAME =
            Ascii.of(Ascii.ALPHANUMERIC + "-._~!$&'()*+;=%"); // RFC 3986 §3.2.2, but the comma
    private static final Ascii ADDRESS = Ascii.of(Ascii.HEXADECIMAL_DIGITS + ":.");

    private Authority() {}

    /** Whether the text is {@code uri-host [ ":" port ]}: no user, no path, no second host. The host may be empty. */
    static boolean is(String text) {
        int colon = text.startsWith("[") ? text.indexOf("]:") + 1 : text.indexOf(':');
        if (colon <= 0 && !text.startsWith(":")) {
            return isHost(text);
        }
        return isHost(text.substring(0, colon)) && isPort(text.substring(colon + 1));
    }

    static boolean hasHost(String text) {
        return is(text) && !text.isEmpty() && !text.startsWith(":");
    }

    static boolean hasHostAndPort(String text) {
        return hasHost(text) && text.matches(".*:[0-9]+");
    }

    private static boolean isHost(String host) {
        if (host.startsWith("[")) {
            return host.endsWith("]") && host.length() > 3 && ADDRESS.containsAll(host, 1, host.length() - 1);
        }
        return NAME.containsAll(host) && PercentCoding.isWellFormed(host);
    }

    private static boolean isPort(String port) {
        return port.length() <= 5
                && Ascii.DIGITS.containsAll(port)
                && (port.isEmpty() || Integer.parseInt(port) <= 65535);
    }
}
