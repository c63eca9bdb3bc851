package toystore.frontend.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Locale;

/** {@code %41} for {@code A} (RFC 3986 §2.1). */
final class PercentCoding {
    private PercentCoding() {}

    /** Decodes once. What comes out must be UTF-8, no overlong forms, no surrogates, and without control characters. */
    static String decode(String text) throws HttpException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        if (!isWellFormed(text)) {
            throw new HttpException(
                    Status.BAD_REQUEST, "a percent sign in the target is not followed by two hexadecimal digits");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                bytes.write(octet(text, i));
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        try {
            return Utf8.decode(bytes.toByteArray());
        } catch (CharacterCodingException e) {
            throw new HttpException(Status.BAD_REQUEST, "the target is not UTF-8 once its percent signs are decoded");
        }
    }

    /** Whether every percent sign is followed by two hexadecimal digits. */
    static boolean isWellFormed(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (i + 3 > text.length() || !Ascii.HEXADECIMAL.containsAll(text, i + 1, i + 3)) {
                return false;
            }
        }
        return true;
    }

    private static int octet(String text, int percent) throws HttpException {
        int octet = HexFormat.fromHexDigits(text, percent + 1, percent + 3);
        if (octet < ' ' || octet == 127) {
            throw new HttpException(
                    Status.BAD_REQUEST,
                    String.format(
                            Locale.ROOT, "the target contains the control character U+%04X, percent-encoded", octet));
        }
        return octet;
    }
}
