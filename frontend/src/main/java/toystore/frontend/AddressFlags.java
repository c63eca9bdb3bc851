package toystore.frontend;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import toystore.common.Network;
import toystore.frontend.http.TrustedProxies;
import toystore.frontend.http.session.AddressLimits;

/** The flags of the frontend about the addresses of its clients, for picocli's {@code @Mixin}. */
final class AddressFlags {
    @Option(
            names = "--queue-per-address",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_QUEUE_PER_ADDRESS}",
            description = "Connections of one address that may wait for a thread; more get 503. Half of --queue unless"
                    + " given (TOYSTORE_QUEUE_PER_ADDRESS).")
    private Integer queue;

    @Option(
            names = "--handshakes-per-address",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_HANDSHAKES_PER_ADDRESS:-20}",
            description = "TLS handshakes that one address may begin each second, and five times as many at once"
                    + " (TOYSTORE_HANDSHAKES_PER_ADDRESS; now ${DEFAULT-VALUE}).")
    private int handshakes;

    @Option(
            names = "--trusted-proxy",
            paramLabel = "ADDRESS[/BITS]",
            defaultValue = "${env:TOYSTORE_TRUSTED_PROXY:-}",
            description =
                    "Believe this proxy when it says where a request came from, with X-Forwarded-For or Forwarded."
                            + " Repeat the flag, or separate addresses by commas (TOYSTORE_TRUSTED_PROXY).")
    private List<String> proxies;

    /**
     * The limits for each address.
     *
     * @param allQueue connections of all addresses that may wait
     * @throws IllegalArgumentException if a flag is wrong; the message begins with its name
     */
    AddressLimits limits(int allQueue) {
        return new AddressLimits(trustedProxies(), queue == null ? Math.max(1, allQueue / 2) : queue, handshakes);
    }

    private TrustedProxies trustedProxies() {
        List<Network> networks = new ArrayList<>();
        for (String list : proxies) {
            for (String proxy : list.split(",", -1)) {
                if (!proxy.isBlank()) {
                    networks.add(network(proxy.strip()));
                }
            }
        }
        return new TrustedProxies(networks);
    }

    private static Network network(String text) {
        try {
            return Network.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--trusted-proxy is wrong: " + e.getMessage(), e);
        }
    }
}
