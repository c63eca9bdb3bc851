package toystore.bench;

import java.util.List;

/**
 * A load that is measured in every round: of the store, or of a <em>ceiling</em> that does only what the store must.
 */
enum BenchLoad {
    FIXED("query, ceiling: fixed response", 10),
    CACHED("query, cached", 10),
    CACHED_TLS("query, cached, HTTPS", 10),
    PACED("query, cached, open loop at half of that", 10),
    ONE_HOP("query, ceiling: fixed response after one hop", 10),
    UNCACHED("query, not cached", 10),
    TWO_HOPS("order, ceiling: fixed response after two hops", 10),
    ORDER("order", 10),
    ORDER_64("order, 64 session threads", 64),
    ORDER_TLS("order, HTTPS", 10),
    TWO_HOPS_1("order, ceiling: fixed response after two hops", 1),
    APPEND("ceiling: append and force", 1),
    ORDER_1("order", 1);

    /** The loads that are compared with each other take turns. */
    static final List<List<BenchLoad>> GROUPS = List.of(
            List.of(FIXED, CACHED, CACHED_TLS),
            List.of(PACED), // after CACHED, which sets its rate
            List.of(ONE_HOP, UNCACHED),
            List.of(TWO_HOPS, ORDER, ORDER_64, ORDER_TLS),
            List.of(TWO_HOPS_1, APPEND, ORDER_1));

    /** The loads of the store, each of which is compared with itself in another build, which may have no HTTPS. */
    static final List<List<BenchLoad>> STORE_GROUPS = List.of(
            List.of(CACHED),
            List.of(PACED), // after CACHED, which sets its rate
            List.of(UNCACHED),
            List.of(ORDER),
            List.of(ORDER_64),
            List.of(ORDER_1));

    private static final List<BenchLoad> WARM_UP =
            List.of(FIXED, CACHED, CACHED_TLS, ONE_HOP, UNCACHED, TWO_HOPS, ORDER, ORDER_64, ORDER_TLS);

    private final String label;
    private final int clients;

    BenchLoad(String label, int clients) {
        this.label = label;
        this.clients = clients;
    }

    String label() {
        return label;
    }

    /** Concurrent clients, each with a connection; for {@link #APPEND}, threads. */
    int clients() {
        return clients;
    }

    /** Returns whether this load is part of a warm-up. */
    boolean warmsUp() {
        return WARM_UP.contains(this);
    }
}
