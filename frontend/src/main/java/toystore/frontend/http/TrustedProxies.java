package toystore.frontend.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import toystore.common.Network;
import toystore.frontend.http.Forwarded.Hop;

/**
 * The proxies whose word counts about where a request came from.
 *
 * <p>Every client can send the fields of proxies, so they are read backwards, from the peer on: the peer says who its
 * client was; if that is a trusted proxy, its word about its own client counts, too; and so on.
 */
public record TrustedProxies(List<Network> networks) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /** Returns whether an address is that of a trusted proxy. */
    public boolean contains(InetAddress address) {
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** What is known of the client of a trusted proxy; its address is that of the last proxy that is known. */
    Hop client(InetAddress proxy, Fields fields) {
        List<Hop> hops = Forwarded.hops(fields);
        InetAddress client = proxy;
        String scheme = "";
        for (int i = hops.size() - 1; i >= 0 && contains(client); i--) {
            Hop hop = hops.get(i);
            scheme = hop.scheme();
            if (hop.from().isEmpty()) {
                break;
            }
            client = hop.from().get();
        }
        return new Hop(Optional.of(client), scheme);
    }
}
