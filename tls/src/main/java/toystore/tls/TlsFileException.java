package toystore.tls;

import java.io.IOException;

/** A certificate or key file that cannot be used. The message names the file, what was found and what to do. */
public final class TlsFileException extends IOException {
    TlsFileException(String message) {
        super(message);
    }

    TlsFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
