package toystore.wire.codec;

/** A line is not the message it should be. The message says what was found and what was expected. */
public final class MalformedMessageException extends Exception {
    public MalformedMessageException(String message) {
        super(message, null, false, false); // an answer, not a fault: no stack trace is wanted
    }
}
