package toystore.loadtest.result;

import com.fasterxml.jackson.annotation.JsonValue;

/** What became of a request. Each is recorded apart: a refusal is quicker than an order and must not make orders look quick. */
public enum RequestOutcome {
    /** Answered as asked: a status below 400. */
    OK("ok", false),
    /** A buy that found too few left: status 409. */
    SOLD_OUT("sold-out", false),
    /** The service said no: another status of 400 to 499, or 503. */
    REFUSED("refused", true),
    /** Another status, an answer that is none, or no connection. */
    ERROR("error", true),
    /** No answer in the time that a client waits. */
    TIMEOUT("timeout", true);

    private final String label;
    private final boolean failure;

    RequestOutcome(String label, boolean failure) {
        this.label = label;
        this.failure = failure;
    }

    /** In files, tables and plots. */
    @JsonValue
    public String label() {
        return label;
    }

    /** Whether a service that has what is asked for, and keeps up, would not do this. */
    public boolean isFailure() {
        return failure;
    }
}
