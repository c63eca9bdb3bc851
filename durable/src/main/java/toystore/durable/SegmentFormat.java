package toystore.durable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bytes of a segment, which is one file of a log.
 *
 * <pre>
 *   segment
 *     1 line    header: {"format":3,"log":"6f1c2f0e-…","first":1,"previous":0,"digest":"0000000000000000"}
 *     n lines   records
 *     blanks    only in the last segment, and there at least one
 *
 *   line, at most 1 MiB
 *     8 bytes   CRC-32C (RFC 3720 §12.1) of all that follows the space, in lower-case hexadecimal digits
 *     1         a space
 *     5         distance in bytes from the start of the line's batch to the line, in hexadecimal digits
 *     1         a space
 *     n         JSON in UTF-8: one object without a line feed, tab or zero byte
 *     1         a line feed
 *
 *   blanks      tabs; a zero byte counts as a blank, too
 * </pre>
 *
 * So a log is read with {@code cut -c16- | jq}.
 *
 * <p><b>Batches.</b> A batch is written at once and forced before the next one. So the start of a line's batch shows
 * which lines a crash may have torn: those of the last batch.
 *
 * <p><b>Blanks.</b> An append that overwrites blanks changes neither the length of the file nor its place on disk, so
 * only the record has to be forced, which takes two thirds of the time. The last byte of the last segment is always a
 * blank: a file that ends otherwise was truncated, or written by another program. Tabs mean nothing to programs that
 * read a log as text, and no record contains one, as JSON escapes a tab in a string (RFC 8259 §7). A file system may
 * show zeros if a power cut came before the tabs were written. A lost write leaves blanks, sector by sector, which
 * tells it from damage: a few bits that flip in a record do not make a run of blanks up to the end of a sector.
 */
final class SegmentFormat {
    static final int VERSION = 3;

    /** The limit for a line, and for the lines of a batch together. */
    static final int MAX_BYTES = 1 << 20;

    /** Bytes of a line that are not its JSON. */
    static final int OVERHEAD = 16;

    static final byte BLANK = '\t';

    /** Blanks that are written at once when there are not enough, in addition to the length of the batch. */
    static final int BLANKS = 64 * 1024;

    private static final int CHECKED_AT = 9;
    private static final int JSON_AT = 15;
    private static final long NOT_HEXADECIMAL = -1;

    /** A disk writes a sector of this size as a whole, or not at all. Larger sectors consist of these. */
    private static final int SECTOR = 512;

    private static final int MIN_BLANK_RUN = 16;

    private SegmentFormat() {}

    /**
     * The JSON of the first line.
     *
     * @param format version of the file format
     * @param log identity of the log: random, the same in all its segments
     * @param first number of the first record in this segment
     * @param previous number of the first record in the segment before, to detect a missing segment; 0 if there is none
     * @param digest {@linkplain LogDigest of the log} before the first record
     */
    record Header(int format, String log, long first, long previous, String digest) {
        private static final JsonMapper MAPPER = JsonMapper.shared();

        static Header ofNewLog() {
            return new Header(VERSION, UUID.randomUUID().toString(), 1, 0, LogDigest.toText(LogDigest.EMPTY));
        }

        /** The header of the segment after this one. */
        Header next(long nextFirst, long digestBefore) {
            return new Header(VERSION, log, nextFirst, first, LogDigest.toText(digestBefore));
        }

        long digestBefore() {
            return LogDigest.parse(digest);
        }

        byte[] line() {
            return lineOf(MAPPER.writeValueAsBytes(this));
        }

        static Header parse(Path file, byte[] json) throws DamagedLogException {
            Header header;
            try {
                header = MAPPER.readValue(json, Header.class);
            } catch (JacksonException e) {
                throw new DamagedLogException(file, 0, "the header is not understood: " + e.getOriginalMessage());
            }
            if (header.format() != VERSION) {
                throw new DamagedLogException(
                        file, 0, "format " + header.format() + " found but format " + VERSION + " expected");
            }
            if (header.log() == null
                    || header.digest() == null
                    || !header.digest().matches("[0-9a-f]{16}")) {
                throw new DamagedLogException(
                        file, 0, "the header is not understood: log or digest is missing or wrong");
            }
            return header;
        }

        /**
         * Checks that the segment has the right place between the others.
         *
         * @param number of the first record, according to the name of the file
         * @param before header of the segment before, or {@code null} if this is the first
         */
        void requirePlace(Path file, long number, Header before) throws DamagedLogException {
            String problem = null;
            if (first != number) {
                problem = "first number " + first + " found but " + number + " expected";
            } else if (before == null) {
                problem = first == 1 ? null : "the segments before it are missing: a log begins with record 1";
            } else if (!before.log().equals(log)) {
                problem = "log id " + log + " found but " + before.log() + " expected, as in the segment before it";
            } else if (before.first() != previous) {
                problem = "the segment before it, which begins with record " + previous + ", is missing";
            }
            if (problem != null) {
                throw new DamagedLogException(file, 0, problem);
            }
        }
    }

    // --- writing ---

    /** @throws IllegalArgumentException if the JSON is too long, or contains a line feed or a blank */
    static byte[] requireRecord(byte[] json) {
        if (json.length > MAX_BYTES - OVERHEAD) {
            throw new IllegalArgumentException(
                    "a record of " + json.length + " bytes; at most " + (MAX_BYTES - OVERHEAD) + " are allowed");
        }
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || isBlank(json[i])) {
                String found = json[i] == '\n' ? "a line feed" : json[i] == 0 ? "a zero byte" : "a tab";
                throw new IllegalArgumentException(found + " in byte " + i + " of " + json.length + " of a record");
            }
        }
        return json;
    }

    /** A batch of one line. */
    static byte[] lineOf(byte[] json) {
        return batchOf(List.of(json));
    }

    /** The lines of a batch. */
    static byte[] batchOf(List<byte[]> records) {
        int length = 0;
        for (byte[] json : records) {
            length += lineLength(json);
        }
        byte[] lines = new byte[length];
        int at = 0;
        for (byte[] json : records) {
            System.arraycopy(json, 0, lines, at + JSON_AT, json.length);
            int end = at + JSON_AT + json.length;
            putHex(at, lines, at + CHECKED_AT, JSON_AT - CHECKED_AT - 1);
            lines[at + JSON_AT - 1] = ' ';
            putHex(crc(lines, at + CHECKED_AT, end - at - CHECKED_AT), lines, at, CHECKED_AT - 1);
            lines[at + CHECKED_AT - 1] = ' ';
            lines[end] = '\n';
            at = end + 1;
        }
        return lines;
    }

    /** Bytes in the line of a record. */
    static int lineLength(byte[] json) {
        return json.length + OVERHEAD;
    }

    /** {@link #BLANKS} blanks, and {@code more}. */
    static byte[] blanks(int more) {
        byte[] blanks = new byte[BLANKS + more];
        Arrays.fill(blanks, BLANK);
        return blanks;
    }

    // --- reading ---

    /** Returns the fault of a line without its line feed; {@code null} if it is valid. */
    static String faultOf(byte[] bytes, int start, int length) {
        if (length >= MAX_BYTES) {
            return "the line is longer than " + MAX_BYTES + " bytes";
        }
        if (!hasChecksum(bytes, start, length)) {
            boolean isOlder =
                    length > CHECKED_AT && bytes[start + CHECKED_AT - 1] == ' ' && bytes[start + CHECKED_AT] == '{';
            return isOlder
                    ? "the line is of a log format before " + VERSION + ", which is not read any more"
                    : "no checksum at the start of the line";
        }
        long expected = crc(bytes, start + CHECKED_AT, length - CHECKED_AT);
        if (parseHex(bytes, start, CHECKED_AT - 1) == expected) {
            return null;
        }
        String found = new String(bytes, start, CHECKED_AT - 1, US_ASCII).replaceAll("[^ -~]", "?");
        return "CRC " + found + " but " + HexFormat.of().toHexDigits((int) expected) + " expected";
    }

    /**
     * The length of the sound record at the start of a faulty line, or -1 if there is none. Such a record has lost its
     * line feed, and runs on into bytes that are not {@linkplain #isBlank blank}.
     */
    static int soundStart(byte[] bytes, int start, int length) {
        if (!hasChecksum(bytes, start, length)) {
            return -1;
        }
        long stated = parseHex(bytes, start, CHECKED_AT - 1);
        CRC32C crc = new CRC32C();
        crc.update(bytes, start + CHECKED_AT, JSON_AT - CHECKED_AT);
        for (int i = JSON_AT; i < length - 1; i++) {
            crc.update(bytes[start + i]);
            if (bytes[start + i] == '}' && crc.getValue() == stated) {
                return isBlank(bytes[start + i + 1]) ? -1 : i + 1;
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
        return (int) parseHex(bytes, start, CHECKED_AT - 1);
    }

    /** The distance in bytes from the start of its batch to a sound line. */
    static int batchDistance(byte[] bytes, int start) {
        return (int) parseHex(bytes, start + CHECKED_AT, JSON_AT - CHECKED_AT - 1);
    }

    static boolean isBlank(byte b) {
        return b == BLANK || b == 0;
    }

    /** Where the blanks at the end of this part of the bytes begin; {@code end} if there are none. */
    static int startOfBlanks(byte[] bytes, int start, int end) {
        int blanks = end;
        while (blanks > start && isBlank(bytes[blanks - 1])) {
            blanks--;
        }
        return blanks;
    }

    /**
     * Returns whether this part of the bytes has a sector that should have been written and is still blank.
     *
     * @param offset of the part in the file
     */
    static boolean hasBlankSector(byte[] bytes, int start, int end, long offset) {
        long firstEnd = SECTOR - offset % SECTOR;
        for (long sectorEnd = start + firstEnd; sectorEnd <= end; sectorEnd += SECTOR) {
            int from = Math.max(start, (int) sectorEnd - MIN_BLANK_RUN);
            if (sectorEnd - from == MIN_BLANK_RUN && startOfBlanks(bytes, from, (int) sectorEnd) == from) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasChecksum(byte[] bytes, int start, int length) {
        return length >= JSON_AT && bytes[start + CHECKED_AT - 1] == ' ' && bytes[start + JSON_AT - 1] == ' ';
    }

    private static long crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return crc.getValue();
    }

    private static void putHex(long value, byte[] into, int offset, int digits) {
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            into[offset + i] = (byte) Character.forDigit((int) rest & 0xf, 16);
            rest >>>= 4;
        }
    }

    private static long parseHex(byte[] bytes, int start, int digits) {
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
