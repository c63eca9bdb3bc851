package toystore.frontend.http;

/** One field line of a message (RFC 9110 §5). Names compare without regard to case. */
public record Field(String name, String value) {}
