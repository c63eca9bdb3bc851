package toystore.client.http;

import toystore.common.Address;

/**
 * A server of HTTP, and how it is reached (RFC 9110 §4.3.1): {@code http} or {@code https}, a host and a port.
 *
 * @param tls how its certificate is checked; {@code null} for {@code http}
 */
public record Origin(Address address, ClientTls tls) {
    private static final int HTTP = 80; // RFC 9110 §4.2
    private static final int HTTPS = 443;

    /** The server that responds in plain HTTP. */
    public static Origin http(Address address) {
        return new Origin(address, null);
    }

    /** The server that has a certificate. */
    public static Origin https(Address address, ClientTls tls) {
        return new Origin(address, tls);
    }

    /**
     * Reads the scheme and the authority of a URL. The certificate of a server of {@code https} is checked with the
     * JDK's roots.
     *
     * @throws IllegalArgumentException if the scheme is another one, or if there is no such host or port
     */
    public static Origin of(String scheme, String authority) {
        if (scheme.equalsIgnoreCase("http")) {
            return http(Address.parse(authority, HTTP));
        }
        if (scheme.equalsIgnoreCase("https")) {
            return https(Address.parse(authority, HTTPS), ClientTls.BY_JDK_ROOTS);
        }
        throw new IllegalArgumentException("the scheme is \"" + scheme + "\"");
    }

    /** Returns whether the scheme is {@code https}. */
    public boolean isHttps() {
        return tls != null;
    }

    /** The URL of its root. */
    public String url() {
        return (isHttps() ? "https://" : "http://") + address + "/";
    }

    /** Begins with the scheme if that is {@code https}. */
    @Override
    public String toString() {
        return (isHttps() ? "https://" : "") + address;
    }
}
