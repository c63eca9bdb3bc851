package toystore.loadtest;

import java.util.List;
import toystore.client.Latencies.Kind;

/** What the clients of a load do. */
enum Load {
    /** Orders of one unit of a random toy. */
    BUY("buy", "Buy-only", Kind.ORDER, Kind.SOLD_OUT),
    /** Queries for a random toy. */
    QUERY("query", "Query-only", Kind.QUERY),
    /** A query, and then, with a probability, an order of one unit. */
    MIXED("mixed", "Mixed", Kind.QUERY, Kind.ORDER, Kind.SOLD_OUT);

    private final String label;
    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<Kind> kinds;

    Load(String label, String title, Kind... kinds) {
        this.label = label;
        this.title = title;
        this.kinds = List.of(kinds);
    }

    /** In file names and tables. */
    String label() {
        return label;
    }

    /** On a plot. */
    String title() {
        return title;
    }

    /** The kinds of answers that it gets. */
    List<Kind> kinds() {
        return kinds;
    }
}
