package toystore.durable;

import java.nio.file.Path;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The first line of a segment.
 *
 * @param format version of the file format
 * @param log the log's identity, random, the same in all its segments
 * @param first number of the first record in this segment
 * @param previous that of the segment before it, so that a missing one is noticed; 0 if this is the first
 * @param digest {@linkplain LogDigest of the log} up to the record before the first
 */
record LogHeader(int format, String log, long first, long previous, String digest) {
    static final int FORMAT = 3;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    static LogHeader ofNewLog() {
        return new LogHeader(FORMAT, UUID.randomUUID().toString(), 1, 0, LogDigest.toText(LogDigest.EMPTY));
    }

    /** The header of the segment after this one. */
    LogHeader next(long nextFirst, long digestBefore) {
        return new LogHeader(FORMAT, log, nextFirst, first, LogDigest.toText(digestBefore));
    }

    long digestBefore() {
        return LogDigest.parse(digest);
    }

    byte[] json() {
        return MAPPER.writeValueAsBytes(this);
    }

    static LogHeader read(Path file, byte[] json) throws DamagedLogException {
        LogHeader header;
        try {
            header = MAPPER.readValue(json, LogHeader.class);
        } catch (JacksonException e) {
            throw new DamagedLogException(file, 0, "the header is not understood: " + e.getOriginalMessage());
        }
        if (header.format() != FORMAT) {
            throw new DamagedLogException(
                    file, 0, "format " + header.format() + " found but format " + FORMAT + " expected");
        }
        if (header.log() == null || header.digest() == null || !header.digest().matches("[0-9a-f]{16}")) {
            throw new DamagedLogException(file, 0, "the header is not understood: log or digest is missing or wrong");
        }
        return header;
    }

    /**
     * Checks that the segment has its place between the others.
     *
     * @param number the first number by the segment's name
     * @param before the header of the segment before it, or {@code null} if it is the first
     */
    void requirePlace(Path file, long number, LogHeader before) throws DamagedLogException {
        if (first != number) {
            throw new DamagedLogException(file, 0, "first number " + first + " found but " + number + " expected");
        }
        if (before == null) {
            if (first != 1) {
                throw new DamagedLogException(
                        file, 0, "the segments before it are missing: a log begins with record 1");
            }
        } else if (!before.log().equals(log)) {
            throw new DamagedLogException(
                    file, 0, "log id " + log + " found but " + before.log() + " expected, as in the segment before it");
        } else if (before.first() != previous) {
            throw new DamagedLogException(
                    file, 0, "the segment before it, which begins with record " + previous + ", is missing");
        }
    }
}
