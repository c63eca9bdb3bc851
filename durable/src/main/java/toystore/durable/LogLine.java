package toystore.durable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * One line of a log, at most {@value #MAX_BYTES} bytes.
 *
 * <pre>
 *   bytes   what
 *   8       CRC-32C (RFC 3720 §12.1) of the JSON, in lower-case hexadecimal digits
 *   1       a space
 *   n       JSON in UTF-8, one object without a line feed, tab or zero byte in it
 *   1       a line feed
 * </pre>
 *
 * So a log is read with {@code cut -c10- | jq}.
 */
final class LogLine {
    static final int MAX_BYTES = 1 << 20;
    static final int OVERHEAD = 10;
    private static final int JSON_AT = 9;
    private static final long NOT_HEXADECIMAL = -1;

    private LogLine() {}

    /** @throws IllegalArgumentException if the JSON is too long, or has a line feed or a {@linkplain Preallocation blank} in it */
    static byte[] of(byte[] json) {
        if (json.length > MAX_BYTES - OVERHEAD) {
            throw new IllegalArgumentException(
                    "a record of " + json.length + " bytes; at most " + (MAX_BYTES - OVERHEAD) + " are allowed");
        }
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || Preallocation.isBlank(json[i])) {
                String found = json[i] == '\n' ? "a line feed" : json[i] == 0 ? "a zero byte" : "a tab";
                throw new IllegalArgumentException(found + " in byte " + i + " of " + json.length + " of a record");
            }
        }
        byte[] line = new byte[json.length + OVERHEAD];
        long checksum = checksumOf(json, 0, json.length);
        for (int i = JSON_AT - 2; i >= 0; i--) {
            line[i] = (byte) Character.forDigit((int) checksum & 0xf, 16);
            checksum >>>= 4;
        }
        line[JSON_AT - 1] = ' ';
        System.arraycopy(json, 0, line, JSON_AT, json.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** What is wrong with a line (its line feed not included), or {@code null} if nothing is. */
    static String fault(byte[] bytes, int start, int length) {
        if (length >= MAX_BYTES) {
            return "the line is longer than " + MAX_BYTES + " bytes";
        }
        if (length < JSON_AT || bytes[start + JSON_AT - 1] != ' ') {
            return "no checksum at the start of the line";
        }
        long expected = checksumOf(bytes, start + JSON_AT, length - JSON_AT);
        if (stated(bytes, start) == expected) {
            return null;
        }
        String found = new String(bytes, start, JSON_AT - 1, US_ASCII).replaceAll("[^ -~]", "?");
        return "CRC " + found + " but " + HexFormat.of().toHexDigits((int) expected) + " expected";
    }

    /**
     * How long the sound record is that a faulty line begins with, or -1 if it does not: one that lost its line feed
     * and runs on into whatever comes next, but for {@linkplain Preallocation blanks}.
     */
    static int soundStart(byte[] bytes, int start, int length) {
        if (length < JSON_AT || bytes[start + JSON_AT - 1] != ' ') {
            return -1;
        }
        long stated = stated(bytes, start);
        CRC32C crc = new CRC32C();
        for (int i = JSON_AT; i < length - 1; i++) {
            crc.update(bytes[start + i]);
            if (bytes[start + i] == '}' && crc.getValue() == stated) {
                return Preallocation.isBlank(bytes[start + i + 1]) ? -1 : i + 1;
            }
        }
        return -1;
    }

    /** The JSON of a sound line. */
    static byte[] json(byte[] bytes, int start, int length) {
        return Arrays.copyOfRange(bytes, start + JSON_AT, start + length);
    }

    /** The checksum of a sound line. */
    static int checksum(byte[] bytes, int start) {
        return (int) stated(bytes, start);
    }

    private static long checksumOf(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return crc.getValue();
    }

    private static long stated(byte[] bytes, int start) {
        long value = 0;
        for (int i = start; i < start + JSON_AT - 1; i++) {
            byte b = bytes[i];
            if (b >= '0' && b <= '9') {
                value = value << 4 | b - '0';
            } else if (b >= 'a' && b <= 'f') {
                value = value << 4 | b - 'a' + 10;
            } else {
                return NOT_HEXADECIMAL;
            }
        }
        return value;
    }
}
