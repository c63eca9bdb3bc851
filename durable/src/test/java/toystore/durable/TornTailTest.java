package toystore.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static toystore.durable.Logs.text;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TornTailTest {
    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int RECORDS = 5;

    @TempDir
    Path folder;

    private Path file;
    private byte[] whole;
    private List<Integer> lines; // lines.get(n) is where record n begins

    @BeforeEach
    void writeRecords() throws Exception {
        Logs.fill(folder, SEGMENT_BYTES, RECORDS);
        file = Logs.segment(folder, 1);
        whole = Logs.lines(file);
        lines = Logs.lines(whole);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 2000})
    void keepsAllWholeRecordsWhereverTheLastOnesAreTorn(int blanks) throws Exception {
        for (int length = lines.get(RECORDS - 2); length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, Logs.withBlanks(cut, blanks));
            int size = length;
            int left = (int) lines.stream().filter(start -> start <= size).count() - 2;
            byte[] tail = Arrays.copyOfRange(whole, lines.get(left + 1), length);

            LogReader.Summary summary = LogReader.scan(folder, "orders", entry -> {});
            assertThat(summary.last()).as("torn at %d", length).isEqualTo(left);
            assertThat(summary.torn() == null ? 0 : summary.torn().bytes()).isEqualTo(tail.length);

            AppendLog.Recovery recovery = keepsOnly(left);
            assertThat(recovery.records()).isEqualTo(left);
            assertThat(recovery.tornBytes()).isEqualTo(tail.length);
            if (tail.length > 0) {
                assertThat(tornTailAfter(left)).hasBinaryContent(tail);
                Files.delete(tornTailAfter(left));
            }
        }
    }

    /** No crash leaves such a file, without blanks after the last record. */
    @Test
    void refusesALogThatWasTruncatedAnywhere() throws Exception {
        for (int length = lines.get(1); length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);
            int size = length;
            refuses(lines.stream().filter(start -> start <= size).reduce(0, Math::max), cut);
        }
        assertThatThrownBy(this::open)
                .hasMessageContaining("its end was cut off")
                .hasMessageEndingWith("add a tab to its end");

        Files.write(file, Logs.withBlanks(whole, 1)); // as the message says

        keepsOnly(RECORDS);
    }

    @Test
    void takesZerosForBlanksBecauseAFileSystemMayShowThem() throws Exception {
        Files.write(file, Arrays.copyOf(whole, whole.length + 3000));
        keepsOnly(RECORDS);

        byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, whole.length - 10), whole.length + 3000);
        Files.write(file, torn);
        keepsOnly(RECORDS - 1);
    }

    @Test
    void appendsInTheBlanksThatACrashLeaves() throws Exception {
        Files.write(file, Logs.withBlanks(whole, 100_000));

        keepsOnly(RECORDS);

        assertThat(folder).isDirectoryNotContaining("glob:**.torn-at-*");
        assertThat(Files.size(file)).isEqualTo(whole.length + 100_000);
    }

    @Test
    void keepsEveryTailThatWasTornAtTheSamePlace() throws Exception {
        for (String tail : List.of("first", "second", "third")) {
            Files.write(file, Logs.withBlanks((new String(whole, UTF_8) + tail).getBytes(UTF_8), 10));
            open().close();
        }

        Path tornTail = tornTailAfter(RECORDS);
        assertThat(tornTail).hasContent("first");
        assertThat(Path.of(tornTail + "-2")).hasContent("second");
        assertThat(Path.of(tornTail + "-3")).hasContent("third");
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 'x'})
    void refusesATailLongerThanAnyCrashLeavesAndNeedsNoMemoryForIt(byte first) throws Exception {
        Files.write(file, whole);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek(whole.length);
            sparse.write(first);
            sparse.setLength(whole.length + (60 << 20)); // zeros
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        String message = file + " at byte " + whole.length + ": " + (60 << 20)
                + " bytes follow the last record that is sound; a crash leaves 1114112 at most";
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", entry -> {})).hasMessage(message);
        assertThatThrownBy(this::open).hasMessage(message);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(30 << 20);
    }

    @Test
    void losesNothingWhereverABitFlipsInTheBlanks() throws Exception {
        byte[] blanks = Logs.withBlanks(whole, 1500);
        for (int at = blanks.length - 1; at >= whole.length; at -= 31) {
            byte[] flipped = blanks.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);

            if (at < blanks.length - 1) {
                keepsOnly(RECORDS);
            } else {
                refuses(whole.length, flipped);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 2000})
    void takesAFlippedBitForDamageUnlessItIsWithinTheVeryLastRecord(int blanks) throws Exception {
        int lastRecord = lines.get(RECORDS);
        for (int at = lines.get(RECORDS - 2); at < whole.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = Logs.withBlanks(whole, blanks);
                flipped[at] ^= (byte) (1 << bit);
                Files.write(file, flipped);

                if (at >= lastRecord && at < whole.length - 1) {
                    LogReader.Summary summary = LogReader.scan(folder, "orders", entry -> {});
                    assertThat(summary.torn().offset()).isEqualTo(lastRecord);
                    if (bit == at % 8) { // not for all, as it takes longer
                        keepsOnly(RECORDS - 1);
                    }
                } else {
                    int position = at;
                    int line = lines.stream().filter(start -> start <= position).reduce(0, Math::max);
                    refuses(line, flipped);
                }
            }
        }
    }

    @Test
    void takesAFlippedBitForDamageAlsoInALongRunOfSpaces() throws Exception {
        for (int before = 0; before < 512; before += 64) {
            Path other = Files.createDirectory(folder.resolve("before-" + before));
            String bear = "x".repeat(before) + " ".repeat(200) + "bear";
            try (AppendLog log = Logs.open(other, SEGMENT_BYTES)) {
                log.append(text(bear));
                log.append(text("last"));
            }
            Path log = Logs.segment(other, 1);
            Logs.flip(log, Files.readString(log).indexOf("bear"), 0);

            assertThatThrownBy(() -> Logs.open(other, SEGMENT_BYTES).close()).isInstanceOf(DamagedLogException.class);
        }
    }

    /** A bad block, or a hole in an incomplete copy: later records were forced. */
    @ParameterizedTest
    @ValueSource(bytes = {0, '\t'})
    void takesBlankSectorsForDamageUnlessTheyAreOfTheVeryLastBatch(byte blank) throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        List<CompletableFuture<Long>> batched = new ArrayList<>();
        try (AppendLog log = Logs.open(other, SEGMENT_BYTES)) {
            for (int i = 0; i < 200; i++) {
                log.append(text("x".repeat(60)));
            }
            while (!isLastBatchLongerThan(other, 2000)) {
                for (int i = 0; i < 200; i++) {
                    batched.add(log.submit(text("y".repeat(60))));
                }
                batched.forEach(CompletableFuture::join);
            }
        }
        Path segment = Logs.segment(other, 1);
        byte[] sound = Files.readAllBytes(segment);
        int lastBatch = lastBatch(other);
        int end = Logs.lines(segment).length;
        for (int sector = 512; sector + 512 < end; sector += 512) {
            byte[] holed = sound.clone();
            Arrays.fill(holed, sector, sector + 512, blank);
            Files.write(segment, holed);
            if (sector < lastBatch) {
                assertThatThrownBy(() -> Logs.open(other, SEGMENT_BYTES))
                        .as("sector at %d of %d", sector, end)
                        .isInstanceOf(DamagedLogException.class);
                assertThatThrownBy(() -> LogReader.scan(other, "orders", entry -> {}))
                        .isInstanceOf(DamagedLogException.class);
                assertThat(segment).hasBinaryContent(holed);
            } else {
                LogReader.Summary summary = LogReader.scan(other, "orders", entry -> {});
                assertThat(summary.torn().offset()).isBetween((long) lastBatch, (long) sector);
            }
        }
    }

    private static boolean isLastBatchLongerThan(Path folder, int bytes) throws IOException {
        return Logs.lines(Logs.segment(folder, 1)).length - lastBatch(folder) > bytes;
    }

    /** Where the last batch begins. */
    private static int lastBatch(Path folder) throws IOException {
        byte[] lines = Logs.lines(Logs.segment(folder, 1));
        List<Integer> starts = Logs.lines(lines);
        int last = starts.get(starts.size() - 2);
        return last - SegmentFormat.batchDistance(lines, last);
    }

    @Test
    void saysThatARecordLostItsLineFeed() throws Exception {
        Logs.flip(file, lines.get(RECORDS) - 1, 0);

        assertThatThrownBy(this::open)
                .hasMessageMatching(".* at byte " + lines.get(RECORDS - 1)
                        + ": CRC [0-9a-f]{8} but [0-9a-f]{8} expected; a sound record of 38 bytes is there, "
                        + "but no line feed after it");
    }

    @Test
    void movesATornTailOfManyBadLines() throws Exception {
        byte[] more = Logs.withBlanks(whole, 300_000);
        Arrays.fill(more, whole.length, more.length - 1, (byte) 'x');
        for (int i = whole.length; i < more.length - 1; i += 1000) {
            more[i] = '\n';
        }
        Files.write(file, more);

        keepsOnly(RECORDS);
    }

    private void refuses(int line, byte[] contents) throws IOException {
        String place = file + " at byte " + line + ": ";
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageStartingWith(place);
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", entry -> {}))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageStartingWith(place);
        assertThat(file).hasBinaryContent(contents);
    }

    /** Opens the log, expects this number of records, appends one, and finds all of them again. */
    private AppendLog.Recovery keepsOnly(int records) throws IOException {
        AppendLog.Recovery recovery;
        try (AppendLog log = open()) {
            recovery = log.recovery();
            assertThat(log.last()).isEqualTo(records);
            assertThat(log.append(text("new"))).isEqualTo(records + 1);
        }
        try (AppendLog log = open()) {
            for (int number = 1; number <= records; number++) {
                assertThat(Logs.read(log, number)).isEqualTo("{\"n\":" + number + ",\"text\":\"record\"}");
            }
            assertThat(Logs.read(log, records + 1)).contains("\"new\"");
        }
        return recovery;
    }

    private Path tornTailAfter(int records) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.torn-at-" + lines.get(records + 1))) {
            return found.iterator().next();
        }
    }

    private AppendLog open() throws IOException {
        return Logs.open(folder, SEGMENT_BYTES);
    }
}
