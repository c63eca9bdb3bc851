package toystore.durable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * One line of a log.
 *
 * <pre>
 *   bytes   what
 *   8       CRC-32C (RFC 3720 §12.1) of the JSON, in lower-case hexadecimal digits
 *   1       a space
 *   n       JSON in UTF-8, without a line feed in it
 *   1       a line feed
 * </pre>
 *
 * So a log is read with {@code cut -c10- | jq}.
 */
final class LogLine {
    static final int OVERHEAD = 10;
    private static final int JSON_AT = 9;

    private LogLine() {}

    static byte[] of(byte[] json) {
        byte[] line = new byte[json.length + OVERHEAD];
        System.arraycopy(checksum(json, 0, json.length).getBytes(US_ASCII), 0, line, 0, 8);
        line[8] = ' ';
        System.arraycopy(json, 0, line, JSON_AT, json.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** What is wrong with a line (its line feed not included), or {@code null} if nothing is. */
    static String fault(byte[] line) {
        if (line.length < JSON_AT || line[8] != ' ') {
            return "no checksum at the start of the line";
        }
        String found = new String(line, 0, 8, US_ASCII);
        String expected = checksum(line, JSON_AT, line.length - JSON_AT);
        return found.equals(expected) ? null : "CRC " + printable(found) + " but " + expected + " expected";
    }

    /** The JSON of a sound line. */
    static byte[] json(byte[] line) {
        return Arrays.copyOfRange(line, JSON_AT, line.length);
    }

    private static String checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
