package toystore.durable;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The names of a log's files in one folder.
 *
 * <pre>
 *   orders-00000000000000000001.log             segment: records from number 1 on
 *   orders-00000000000000000001.index           index of the segment, once it is sealed
 *   orders-00000000000000000001.log.torn-at-99  torn tail that recovery moved out of the segment, at byte 99
 * </pre>
 */
record SegmentNames(Path folder, String name) {
    private static final String SUFFIX = ".log";
    private static final int DIGITS = 20;

    Path segment(long first) {
        return folder.resolve(name + "-" + digits(first) + SUFFIX);
    }

    Path indexFile(long first) {
        return folder.resolve(name + "-" + digits(first) + ".index");
    }

    /** A file for the torn tail of a segment, which does not exist yet. */
    static Path tornTail(Path segment, long offset) {
        String name = segment.getFileName() + ".torn-at-" + offset;
        Path free = segment.resolveSibling(name);
        for (int n = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); n++) {
            free = segment.resolveSibling(name + "-" + n);
        }
        return free;
    }

    /**
     * The first numbers of the segments in the folder; none if the folder does not exist.
     *
     * @throws DamagedLogException if the name of a file is almost that of a segment
     */
    NavigableSet<Long> firsts() throws IOException {
        NavigableSet<Long> firsts = new TreeSet<>();
        if (Files.notExists(folder)) {
            return firsts;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (looksLikeASegment(file.getFileName().toString())) {
                    firsts.add(first(file));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NotDirectoryException e) {
            throw new IOException(folder + " is not a folder", e);
        }
        return firsts;
    }

    private boolean looksLikeASegment(String file) {
        int prefix = name.length() + 1;
        return file.length() >= prefix + SUFFIX.length()
                && file.regionMatches(true, 0, name + "-", 0, prefix)
                && file.regionMatches(true, file.length() - SUFFIX.length(), SUFFIX, 0, SUFFIX.length());
    }

    private long first(Path file) throws DamagedLogException {
        String text = file.getFileName().toString();
        String digits = text.substring(name.length() + 1, text.length() - SUFFIX.length());
        if (digits.matches("00[0-9]{18}")) { // which fits into a long
            long first = Long.parseLong(digits);
            if (file.equals(segment(first))) {
                return first;
            }
        }
        throw new DamagedLogException(
                file,
                "the name is like that of a log, but not " + name + "-<20 digits 0 to 9>" + SUFFIX
                        + ". If it belongs to the log, give it its name back; if not, move it to another folder");
    }

    /** ASCII in every locale: other programs, and this one in another locale, must find the file. */
    private static String digits(long first) {
        String digits = Long.toString(first);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }
}
