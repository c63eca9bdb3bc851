package toystore.wire.codec;

/** A line is not a valid message. The exception's message says what was found and what was expected. */
public final class MalformedMessageException extends Exception {
    public MalformedMessageException(String message) {
        super(message, null, false, false); // an answer, not a fault: no stack trace is wanted
    }
}
