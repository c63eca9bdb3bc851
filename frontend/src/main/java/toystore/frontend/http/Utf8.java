package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Strict UTF-8 (RFC 3629): what is not well-formed is refused, not replaced. */
final class Utf8 {
    private Utf8() {}

    static boolean isWellFormed(byte[] bytes) {
        try {
            return isAscii(bytes) || decode(bytes) != null;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    static String decode(byte[] bytes) throws CharacterCodingException {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(); // a new decoder reports
    }
}
