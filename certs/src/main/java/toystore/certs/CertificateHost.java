package toystore.certs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import toystore.common.Abbreviated;
import toystore.common.Address;

/** The hosts that a certificate can be good for: DNS names and IP addresses (RFC 5280 §4.2.1.6). */
final class CertificateHost {
    private static final int MAX_NAME = 253;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
    private static final Pattern LIKE_IPV6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*");
    private static final Pattern IPV6_IN_BRACKETS = Pattern.compile("\\[(.*:.*)]");

    private CertificateHost() {}

    /**
     * The host as certificates have it: in lower case; an IPv6 address in its short form.
     *
     * @param text a name, which may begin with {@code *.}; an IPv4 address; or an IPv6 address, which may stand in
     *     brackets
     * @throws IllegalArgumentException if it is none of these
     */
    static String parse(String text) {
        String host = IPV6_IN_BRACKETS.matcher(text.toLowerCase(Locale.ROOT)).replaceFirst("$1");
        if (LIKE_IPV6.matcher(host).matches() || NUMBERS.matcher(host).matches()) {
            return numeric(host, text);
        }
        if (host.length() > MAX_NAME || !NAME.matcher(host).matches()) {
            throw unusable(text);
        }
        return host;
    }

    private static String numeric(String host, String text) {
        try {
            new Address(host, 0); // it refuses IPv4 addresses that do not have four numbers
            InetAddress address = InetAddress.getByName(host); // looks nothing up, as this is a number
            return Address.of(new InetSocketAddress(address, 0)).host();
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw unusable(text);
        }
    }

    private static IllegalArgumentException unusable(String text) {
        return new IllegalArgumentException("\"" + Abbreviated.printable(text, 60)
                + "\" is neither an IP address nor a host name, which has letters, digits and - between single dots");
    }
}
