package toystore.durable;

import java.io.IOException;
import java.nio.file.Path;

/** A log does not contain what was written. The message names the place and the reason. */
public final class DamagedLogException extends IOException {
    DamagedLogException(Path file, String reason) {
        super(file + ": " + reason);
    }

    DamagedLogException(Path file, long offset, String reason) {
        super(file + " at byte " + offset + ": " + reason);
    }
}
