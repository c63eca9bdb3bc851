package toystore.frontend.http.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import toystore.frontend.http.AddressRates;
import toystore.frontend.http.TrustedProxies;

/**
 * What one address may take of the server. The address is that of the peer, so trusted proxies are exempt: behind them
 * are many clients. An IPv6 address stands for its network of 64 bits.
 *
 * @param proxies whose word counts about where a request came from
 * @param queue the number of connections that may wait for a thread
 * @param handshakesPerSecond the number of TLS handshakes, on average
 * @param exempt addresses without limits
 * @param nanoClock such as {@link System#nanoTime()}
 */
public record AddressLimits(
        TrustedProxies proxies,
        int queue,
        int handshakesPerSecond,
        Predicate<InetAddress> exempt,
        LongSupplier nanoClock) {
    private static final int MAX = 100_000;
    private static final int BURST = 5; // seconds

    public AddressLimits {
        check("--queue-per-address", queue);
        check("--handshakes-per-address", handshakesPerSecond);
    }

    /** Limits for all but trusted proxies and this machine. */
    public AddressLimits(TrustedProxies proxies, int queue, int handshakesPerSecond) {
        this(
                proxies,
                queue,
                handshakesPerSecond,
                address -> address.isLoopbackAddress() || proxies.contains(address),
                System::nanoTime);
    }

    /** Without limits and proxies. */
    public static AddressLimits none() {
        return new AddressLimits(TrustedProxies.NONE, MAX, MAX, address -> true, System::nanoTime);
    }

    /** The handshakes of each address: those of some seconds at once, and then at their rate. */
    AddressRates handshakes() {
        Duration interval = Duration.ofSeconds(1).dividedBy(handshakesPerSecond);
        return new AddressRates(interval, BURST * handshakesPerSecond, nanoClock);
    }

    private static void check(String flag, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException(flag + " is " + value + "; expected 1 to " + MAX);
        }
    }
}
