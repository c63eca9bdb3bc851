package toystore.durable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One line of a log, at most {@value #MAX_BYTES} bytes.
 *
 * <pre>
 *   bytes   what
 *   8       CRC-32C (RFC 3720 §12.1) of all that follows the space, in lower-case hexadecimal digits
 *   1       a space
 *   5       where the batch began that the line was written in: so many bytes before the line, in hexadecimal digits
 *   1       a space
 *   n       JSON in UTF-8, one object without a line feed, tab or zero byte in it
 *   1       a line feed
 * </pre>
 *
 * So a log is read with {@code cut -c16- | jq}. A batch is written at once and forced before the next one, so where batches
 * begin shows which lines a crash may have torn: those of the last batch.
 */
final class LogLine {
    /** Of a line, and of a batch. */
    static final int MAX_BYTES = 1 << 20;

    static final int OVERHEAD = 16;
    private static final int CHECKED_AT = 9;
    private static final int JSON_AT = 15;
    private static final long NOT_HEXADECIMAL = -1;

    private LogLine() {}

    /** @throws IllegalArgumentException if the JSON is too long, or has a line feed or a {@linkplain Preallocation blank} in it */
    static byte[] requireRecord(byte[] json) {
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
        return json;
    }

    /** A batch of one line. */
    static byte[] of(byte[] json) {
        return batch(List.of(json));
    }

    /** The lines of a batch, ready to be written. */
    static byte[] batch(List<byte[]> records) {
        int length = 0;
        for (byte[] json : records) {
            length += size(json);
        }
        byte[] lines = new byte[length];
        int at = 0;
        for (byte[] json : records) {
            System.arraycopy(json, 0, lines, at + JSON_AT, json.length);
            int end = at + JSON_AT + json.length;
            hex(at, lines, at + CHECKED_AT, JSON_AT - CHECKED_AT - 1);
            lines[at + JSON_AT - 1] = ' ';
            hex(checksumOf(lines, at + CHECKED_AT, end - at - CHECKED_AT), lines, at, CHECKED_AT - 1);
            lines[at + CHECKED_AT - 1] = ' ';
            lines[end] = '\n';
            at = end + 1;
        }
        return lines;
    }

    /** Bytes in the line of a record. */
    static int size(byte[] json) {
        return json.length + OVERHEAD;
    }

    /** What is wrong with a line (its line feed not included), or {@code null} if nothing is. */
    static String fault(byte[] bytes, int start, int length) {
        if (length >= MAX_BYTES) {
            return "the line is longer than " + MAX_BYTES + " bytes";
        }
        if (!begins(bytes, start, length)) {
            boolean older =
                    length > CHECKED_AT && bytes[start + CHECKED_AT - 1] == ' ' && bytes[start + CHECKED_AT] == '{';
            return older
                    ? "the line is of a log format before " + LogHeader.FORMAT + ", which is not read any more"
                    : "no checksum at the start of the line";
        }
        long expected = checksumOf(bytes, start + CHECKED_AT, length - CHECKED_AT);
        if (number(bytes, start, CHECKED_AT - 1) == expected) {
            return null;
        }
        String found = new String(bytes, start, CHECKED_AT - 1, US_ASCII).replaceAll("[^ -~]", "?");
        return "CRC " + found + " but " + HexFormat.of().toHexDigits((int) expected) + " expected";
    }

    /**
     * How long the sound record is that a faulty line begins with, or -1 if it does not: one that lost its line feed
     * and runs on into whatever comes next, but for {@linkplain Preallocation blanks}.
     */
    static int soundStart(byte[] bytes, int start, int length) {
        if (!begins(bytes, start, length)) {
            return -1;
        }
        long stated = number(bytes, start, CHECKED_AT - 1);
        CRC32C crc = new CRC32C();
        crc.update(bytes, start + CHECKED_AT, JSON_AT - CHECKED_AT);
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
        return (int) number(bytes, start, CHECKED_AT - 1);
    }

    /** How many bytes before a sound line its batch began. */
    static int batchDistance(byte[] bytes, int start) {
        return (int) number(bytes, start + CHECKED_AT, JSON_AT - CHECKED_AT - 1);
    }

    private static boolean begins(byte[] bytes, int start, int length) {
        return length >= JSON_AT && bytes[start + CHECKED_AT - 1] == ' ' && bytes[start + JSON_AT - 1] == ' ';
    }

    private static long checksumOf(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return crc.getValue();
    }

    private static void hex(long value, byte[] into, int offset, int digits) {
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            into[offset + i] = (byte) Character.forDigit((int) rest & 0xf, 16);
            rest >>>= 4;
        }
    }

    private static long number(byte[] bytes, int start, int digits) {
        long value = 0;
        for (int i = start; i < start + digits; i++) {
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
