package toystore.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import toystore.durable.testing.UnforcedStorage;

/** Writes and reads logs for tests. */
final class Logs {
    private Logs() {}

    /** Opens a log that does not wait for the disk. Its failure fails the test. */
    static AppendLog open(Path folder, long segmentBytes) throws IOException {
        return open(new UnforcedStorage(), folder, segmentBytes);
    }

    static AppendLog open(Storage storage, Path folder, long segmentBytes) throws IOException {
        return AppendLog.open(new AppendLog.Options(storage, folder, "orders", segmentBytes), failure -> {
            throw new AssertionError(failure);
        });
    }

    static LongFunction<byte[]> text(String text) {
        return number -> ("{\"n\":" + number + ",\"text\":\"" + text + "\"}").getBytes(UTF_8);
    }

    static String read(AppendLog log, long number) throws IOException {
        return new String(log.read(number), UTF_8);
    }

    /** Adds records up to this number to the log in the folder. */
    static void fill(Path folder, long segmentBytes, int last) throws IOException {
        try (AppendLog log = open(folder, segmentBytes)) {
            while (log.last() < last) {
                assertThat(log.append(text("record"))).isEqualTo(log.last());
            }
        }
    }

    /** The bytes of a segment without the blanks at its end. */
    static byte[] lines(Path file) throws IOException {
        return withoutBlanks(Files.readAllBytes(file));
    }

    static Path segment(Path folder, long first) {
        return new SegmentNames(folder, "orders").segment(first);
    }

    static Path indexFile(Path folder, long first) {
        return new SegmentNames(folder, "orders").indexFile(first);
    }

    static List<Long> segments(Path folder) throws IOException {
        return List.copyOf(new SegmentNames(folder, "orders").firsts());
    }

    static void flip(Path file, int at, int bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= (byte) (1 << bit);
        Files.write(file, bytes);
    }

    /** The bytes with blanks after them, as at the end of a log. */
    static byte[] withBlanks(byte[] bytes, int blanks) {
        byte[] more = Arrays.copyOf(bytes, bytes.length + blanks);
        Arrays.fill(more, bytes.length, more.length, SegmentFormat.BLANK);
        return more;
    }

    static byte[] withoutBlanks(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == SegmentFormat.BLANK) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** The offsets of the lines of a file, the header first, and of the end of the file. */
    static List<Integer> lines(byte[] bytes) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                starts.add(i + 1);
            }
        }
        return starts;
    }
}
