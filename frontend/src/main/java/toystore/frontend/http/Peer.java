package toystore.frontend.http;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The other end of a connection: a client, or a proxy.
 *
 * @param encrypted whether the connection uses TLS
 * @param proxies that the server trusts
 */
public record Peer(InetAddress address, boolean encrypted, TrustedProxies proxies) {

    /** The address of the client that sent a request with these fields: the peer, or what a trusted proxy says. */
    public InetAddress client(Fields fields) {
        return proxies.contains(address)
                ? proxies.client(address, fields).from().orElse(address)
                : address;
    }

    /**
     * Says why others on the network may have read a request with these fields; empty if they could not. A request is
     * confidential if it came over TLS, from this machine, or over the TLS of a trusted proxy.
     */
    Optional<String> exposure(Fields fields) {
        boolean forwarded = Forwarded.isPresent(fields);
        boolean direct = encrypted || address.isLoopbackAddress();
        if (proxies.contains(address) && (forwarded || !direct)) {
            return proxies.client(address, fields).scheme().equals("https")
                    ? Optional.empty()
                    : Optional.of("the trusted proxy does not say that the request came over HTTPS; expected"
                            + " X-Forwarded-Proto: https, or Forwarded with proto=https");
        }
        if (!direct) {
            return Optional.of("this request came over plain HTTP from another machine; use HTTPS");
        }
        return encrypted || !forwarded
                ? Optional.empty()
                : Optional.of("this request came over plain HTTP through a proxy that the frontend does not trust;"
                        + " name the proxy with --trusted-proxy");
    }
}
