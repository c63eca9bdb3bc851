package toystore.durable;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the files of a log are called, in one folder.
 *
 * <pre>
 *   orders-00000000000000000001.log             records from number 1 on
 *   orders-00000000000000000001.index           where they are, once the segment is sealed
 *   orders-00000000000000000001.log.torn-at-99  what was cut off it at byte 99
 * </pre>
 */
record SegmentNames(Path folder, String name) {

    Path segment(long first) {
        return folder.resolve(String.format("%s-%020d.log", name, first));
    }

    Path sideFile(long first) {
        return folder.resolve(String.format("%s-%020d.index", name, first));
    }

    static Path tornTail(Path segment, long offset) {
        return segment.resolveSibling(segment.getFileName() + ".torn-at-" + offset);
    }

    /** The first numbers of the segments that are there; none if there is no such folder. */
    NavigableSet<Long> firsts() throws IOException {
        Pattern pattern = Pattern.compile(Pattern.quote(name) + "-00(\\d{18})\\.log"); // 18 digits fit in a long
        NavigableSet<Long> firsts = new TreeSet<>();
        if (Files.notExists(folder)) {
            return firsts;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher matcher = pattern.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    firsts.add(Long.parseLong(matcher.group(1)));
                }
            }
        } catch (NotDirectoryException e) {
            throw new IOException(folder + " is not a folder", e);
        }
        return firsts;
    }
}
