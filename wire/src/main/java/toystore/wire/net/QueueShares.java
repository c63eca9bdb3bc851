package toystore.wire.net;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import toystore.common.Network;

/**
 * Counts the connections that wait for a thread by the address of their peer, so that none takes the whole queue. An
 * IPv6 address stands for its network of 64 bits. Thread-safe. An address is in memory only while it waits.
 */
public final class QueueShares {
    private final int max;
    private final Predicate<InetAddress> exempt;
    private final ConcurrentMap<Network, Integer> waiting = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();

    /**
     * Shares that nobody has used.
     *
     * @param max connections of one address that may wait
     * @param exempt addresses without a limit
     */
    public QueueShares(int max, Predicate<InetAddress> exempt) {
        this.max = max;
        this.exempt = exempt;
    }

    /** No limits. */
    public static QueueShares unlimited() {
        return new QueueShares(Integer.MAX_VALUE, address -> true);
    }

    /** A place in the queue, or a refused one. */
    enum Kind {
        NOT_COUNTED,
        COUNTED,
        REFUSED
    }

    /** The number of connections that were refused because their address had its share. */
    public long refused() {
        return refused.sum();
    }

    /** The number of addresses that wait. */
    int addresses() {
        return waiting.size();
    }

    /** Takes a place for an address. If it is counted, {@link #leave} gives it back. */
    Kind enter(InetAddress address) {
        if (exempt.test(address)) {
            return Kind.NOT_COUNTED;
        }
        Network client = Network.ofClient(address);
        if (waiting.merge(client, 1, Integer::sum) <= max) {
            return Kind.COUNTED;
        }
        giveBack(client);
        refused.increment();
        return Kind.REFUSED;
    }

    /** Gives back a counted place. */
    void leave(InetAddress address) {
        giveBack(Network.ofClient(address));
    }

    private void giveBack(Network client) {
        waiting.computeIfPresent(client, (key, places) -> places == 1 ? null : places - 1);
    }
}
