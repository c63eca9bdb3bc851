package toystore.loadtest;

import java.io.IOException;

/** There is nothing to measure: the target is down, or is not what it was said to be. The message is for a person. */
final class NoTargetException extends IllegalArgumentException {
    NoTargetException(String message, IOException cause) {
        super(message, cause);
    }
}
