package toystore.wire.net;

import java.io.IOException;

/** A peer speaks plain text on a port for TLS. */
final class NotTlsException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean letter;

    NotTlsException(int firstByte) {
        super("this service expects TLS with certificates on both sides (--peer-tls), but the connection begins with "
                + (firstByte > ' ' && firstByte <= '~' ? "'" + (char) firstByte + "'" : "the byte " + firstByte));
        this.letter = (firstByte >= 'A' && firstByte <= 'Z') || (firstByte >= 'a' && firstByte <= 'z');
    }

    /** Returns whether the peer may speak HTTP, which begins with a letter, as no message does. */
    boolean mayBeHttp() {
        return letter;
    }
}
