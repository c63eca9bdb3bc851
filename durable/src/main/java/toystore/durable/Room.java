package toystore.durable;

import java.util.Arrays;

/**
 * Blank bytes that a segment has behind its last record. An append that fits into them changes neither the length of the
 * file nor where it lies on the disk, so there is nothing to be forced but the record: that takes two thirds of the time,
 * and less work. The blanks are tabs: they mean nothing to those who read a log as text, and no record has one, as JSON
 * writes a tab in a string as two other characters (RFC 8259 §7).
 *
 * <p>Where there is room, a write that is lost leaves blanks, sector by sector. That tells it from damage: a few bits that
 * flip in a record do not make a run of blanks up to the end of a sector.
 */
final class Room {
    static final byte BLANK = '\t';
    /** Made at once, when there is not enough. */
    private static final int BYTES = 64 * 1024;

    /** What a disk writes as a whole, or not at all; larger ones are made of these. */
    private static final int SECTOR = 512;

    private static final int RUN = 16;

    private Room() {}

    /** As much as is made at once, and more than that. */
    static byte[] make(int more) {
        byte[] room = new byte[BYTES + more];
        Arrays.fill(room, BLANK);
        return room;
    }

    /** Where the blanks begin that a part of some bytes ends with. */
    static int startOfBlanks(byte[] bytes, int start, int end) {
        int blanks = end;
        while (blanks > start && bytes[blanks - 1] == BLANK) {
            blanks--;
        }
        return blanks;
    }

    /**
     * Whether a sector shows in a part of some bytes that was to be written and is as it was before.
     *
     * @param offset in the file, where the part begins
     */
    static boolean shows(byte[] bytes, int start, int end, long offset) {
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
