package toystore.durable;

/** A record was refused because its fence is not the current one. It has no number, and is not in the log. */
public final class FencedException extends Exception {
    FencedException(String given, String current) {
        super(message(given, current), null, false, false); // no stack trace: a refusal is part of normal work
    }

    private static String message(String given, String current) {
        return "the fence " + given + " was given but "
                + (current == null ? "none is open now" : current + " is the current one");
    }
}
