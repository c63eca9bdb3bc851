package toystore.loadtest.result;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a request asks for. */
public enum Kind {
    /** A product of a toy store. */
    QUERY("query"),
    /** An order of one unit. */
    BUY("buy"),
    /** The one request of a load that is sent to any HTTP service. */
    REQUEST("request");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    /** In files, tables and plots. */
    @JsonValue
    public String label() {
        return label;
    }
}
