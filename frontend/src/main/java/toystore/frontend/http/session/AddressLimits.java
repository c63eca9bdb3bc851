package toystore.frontend.http.session;

import java.net.InetAddress;
import java.util.function.Predicate;
import toystore.frontend.http.TrustedProxies;

/**
 * What one address may take of the server. The address is that of the peer, so trusted proxies are exempt: behind them
 * are many clients. An IPv6 address stands for its network of 64 bits.
 *
 * @param proxies whose word counts about where a request came from
 * @param queue the number of connections that may wait for a thread
 * @param handshakesPerSecond the number of TLS handshakes, on average
 * @param exempt addresses without limits
 */
public record AddressLimits(TrustedProxies proxies, int queue, int handshakesPerSecond, Predicate<InetAddress> exempt) {
    private static final int MAX = 100_000;

    public AddressLimits {
        check("--queue-per-address", queue);
        check("--handshakes-per-address", handshakesPerSecond);
    }

    /** Limits for all but trusted proxies and this machine. */
    public AddressLimits(TrustedProxies proxies, int queue, int handshakesPerSecond) {
        this(proxies, queue, handshakesPerSecond, address -> address.isLoopbackAddress() || proxies.contains(address));
    }

    /** Without limits and proxies. */
    public static AddressLimits none() {
        return new AddressLimits(TrustedProxies.NONE, MAX, MAX, address -> true);
    }

    private static void check(String flag, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException(flag + " is " + value + "; expected 1 to " + MAX);
        }
    }
}
