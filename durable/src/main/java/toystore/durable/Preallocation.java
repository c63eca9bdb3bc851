package toystore.durable;

import java.util.Arrays;

/**
 * Blank bytes behind the last record of the last segment. The last byte of that file is always one of them: a file that ends
 * otherwise was cut, or written by somebody else.
 *
 * <p>An append that fits into them changes neither the length of the file nor where it lies on the disk, so nothing has to be
 * forced but the record: that takes two thirds of the time, and less work. The blanks are tabs: they mean nothing to those who
 * read a log as text, and no record has one, as JSON writes a tab in a string as two other characters (RFC 8259 §7). A file
 * system may show zeros where a power cut came before the tabs were written, so a zero is blank, too.
 *
 * <p>A write that is lost leaves blanks, sector by sector. That tells it from damage: a few bits that flip in a record do not
 * make a run of blanks up to the end of a sector.
 */
final class Preallocation {
    static final byte BLANK = '\t';

    /** Written at once, when there is not enough, and as many more as a batch is long. */
    static final int BYTES = 64 * 1024;

    /** A disk writes these as a whole, or not at all; larger ones consist of them. */
    private static final int SECTOR = 512;

    private static final int RUN = 16;

    private Preallocation() {}

    /** The usual number of blanks, and so many more. */
    static byte[] blanks(int more) {
        byte[] blanks = new byte[BYTES + more];
        Arrays.fill(blanks, BLANK);
        return blanks;
    }

    static boolean isBlank(byte b) {
        return b == BLANK || b == 0;
    }

    /** Where the blanks begin that this part of the bytes ends with; {@code end} if there are none. */
    static int startOfBlanks(byte[] bytes, int start, int end) {
        int blanks = end;
        while (blanks > start && isBlank(bytes[blanks - 1])) {
            blanks--;
        }
        return blanks;
    }

    /**
     * Whether this part of the bytes has a sector that was to be written and is blank still.
     *
     * @param offset in the file, where the part begins
     */
    static boolean hasBlankSector(byte[] bytes, int start, int end, long offset) {
        long firstEnd = SECTOR - offset % SECTOR;
        for (long sectorEnd = start + firstEnd; sectorEnd <= end; sectorEnd += SECTOR) {
            int from = Math.max(start, (int) sectorEnd - RUN);
            if (sectorEnd - from == RUN && startOfBlanks(bytes, from, (int) sectorEnd) == from) {
                return true;
            }
        }
        return false;
    }
}
