package toystore.frontend.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import toystore.common.Network;

/**
 * A token bucket for each client: what it does costs a token, and its bucket gets a new one at an interval until it is
 * full. IPv6 clients have a bucket for each network of 64 bits. Thread-safe.
 *
 * <p>The memory is bounded: there are at most {@value #MAX_CLIENTS} buckets. For one more, the bucket that was not used
 * for the longest time is forgotten; most likely it is full again.
 */
public final class AddressRates {
    static final int MAX_CLIENTS = 10_000;

    private final long interval; // nanoseconds
    private final long burst; // nanoseconds in which an empty bucket becomes full
    private final LongSupplier nanoClock;
    private final Consumer<InetAddress> refusals;
    private final Map<Network, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true) { // the least recently used first
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Network, Long> eldest) {
                    return size() > MAX_CLIENTS;
                }
            };

    /**
     * Buckets that are full.
     *
     * @param interval at which a bucket gets a token
     * @param tokens that a bucket holds
     * @param nanoClock such as {@link System#nanoTime()}
     */
    public AddressRates(Duration interval, int tokens, LongSupplier nanoClock) {
        this(interval, tokens, nanoClock, refused -> {});
    }

    /**
     * Likewise.
     *
     * @param refusals gets the address of each client that could not take a token, on the thread that tried
     */
    public AddressRates(Duration interval, int tokens, LongSupplier nanoClock, Consumer<InetAddress> refusals) {
        this.interval = interval.toNanos();
        this.burst = this.interval * tokens;
        this.nanoClock = nanoClock;
        this.refusals = refusals;
    }

    /** Takes a token. Returns false if the client has none. */
    public boolean take(InetAddress address) {
        boolean taken = take(address, true) == 0;
        if (!taken) {
            refusals.accept(address);
        }
        return taken;
    }

    /** The time until the client has a token; 0 if it has one now. */
    public Duration untilNext(InetAddress address) {
        return Duration.ofNanos(take(address, false));
    }

    /** The number of buckets in memory. */
    synchronized int clients() {
        return fullAt.size();
    }

    private synchronized long take(InetAddress address, boolean takes) {
        Network client = Network.ofClient(address);
        long now = nanoClock.getAsLong();
        Long known = fullAt.get(client);
        long missing = known == null ? 0 : Math.max(0, known - now); // nanoseconds until the bucket is full
        long wait = Math.max(0, missing + interval - burst);
        if (takes && wait == 0) {
            fullAt.put(client, now + missing + interval);
        }
        return wait;
    }
}
