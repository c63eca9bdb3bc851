package toystore.bench;

import java.util.List;

/** What is measured in every round. A <em>ceiling</em> does only what the store cannot do without. */
enum BenchLoad {
    FIXED("query, ceiling: fixed response", 10),
    CACHED("query, cached", 10),
    PACED("query, cached, open loop at half of that", 10),
    ONE_HOP("query, ceiling: fixed response after one hop", 10),
    UNCACHED("query, not cached", 10),
    TWO_HOPS("order, ceiling: fixed response after two hops", 10),
    ORDER("order", 10),
    ORDER_64("order, 64 session threads", 64),
    TWO_HOPS_1("order, ceiling: fixed response after two hops", 1),
    APPEND("ceiling: append and force", 1),
    ORDER_1("order", 1);

    /** What is compared with each other takes turns. */
    static final List<List<BenchLoad>> GROUPS = List.of(
            List.of(FIXED, CACHED),
            List.of(PACED), // after the one that says what half is
            List.of(ONE_HOP, UNCACHED),
            List.of(TWO_HOPS, ORDER, ORDER_64),
            List.of(TWO_HOPS_1, APPEND, ORDER_1));

    /** Those that bring every process up to speed between them. */
    static final List<BenchLoad> WARMING = List.of(FIXED, CACHED, ONE_HOP, UNCACHED, TWO_HOPS, ORDER, ORDER_64);

    private final String label;
    private final int clients;

    BenchLoad(String label, int clients) {
        this.label = label;
        this.clients = clients;
    }

    String label() {
        return label;
    }

    /** At once, each with a connection; of {@link #APPEND}, threads. */
    int clients() {
        return clients;
    }
}
