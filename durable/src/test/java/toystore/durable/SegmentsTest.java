package toystore.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static toystore.durable.Logs.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.durable.AppendLog.LogRecord;
import toystore.durable.testing.FaultyStorage;
import toystore.durable.testing.UnforcedStorage;

class SegmentsTest {
    private static final int SEGMENT_BYTES = 4096; // more than a block of records
    private static final int RECORDS = 500;

    @TempDir
    Path folder;

    private List<Long> firsts;

    @BeforeEach
    void writeSegments() throws Exception {
        Logs.fill(folder, SEGMENT_BYTES, RECORDS);
        firsts = Logs.segments(folder);
    }

    @Test
    void beginsANewSegmentWhenOneIsFull() throws Exception {
        assertThat(firsts).hasSizeGreaterThan(3).startsWith(1L);
        for (long first : firsts.subList(0, firsts.size() - 1)) {
            assertThat(Files.size(Logs.segment(folder, first))).isBetween(4096L, 4096L + 40);
            assertThat(Logs.indexFile(folder, first)).exists();
        }
        assertThat(Logs.indexFile(folder, firsts.get(firsts.size() - 1))).doesNotExist();
        findsAll();
    }

    @Test
    void knowsTheSizeOfAllSegmentsWithoutBlanks() throws Exception {
        try (AppendLog log = open()) {
            assertThat(log.bytes()).isEqualTo(size());
            assertThat(log.recovery().records()).isEqualTo(RECORDS);
            int before = Logs.segments(folder).size();
            for (int segments = before;
                    segments < before + 2;
                    segments = Logs.segments(folder).size()) {
                log.append(text("record"));
                if (Logs.segments(folder).size()
                        == segments) { // the header of a new one counts from its first record on
                    assertThat(log.bytes()).isEqualTo(size());
                }
            }
        }
    }

    private long size() throws IOException {
        long bytes = 0;
        for (long first : Logs.segments(folder)) {
            bytes += Logs.lines(Logs.segment(folder, first)).length;
        }
        return bytes;
    }

    @Test
    void keepsOneIdForAllSegmentsAndAllTimes() throws Exception {
        String id;
        try (AppendLog log = open()) {
            id = log.id();
            assertThat(log.file()).isEqualTo(Logs.segment(folder, firsts.get(firsts.size() - 1)));
        }
        for (long first : firsts) {
            assertThat(SegmentScan.header(Storage.DISK, Logs.segment(folder, first))
                            .log())
                    .isEqualTo(id);
        }
        assertThat(LogReader.scan(folder, "orders", entry -> {}).id()).isEqualTo(id);
    }

    @Test
    void readsRecordsInARowAcrossSegments() throws Exception {
        try (AppendLog log = open()) {
            List<LogRecord> records = log.read(2, 400);
            assertThat(records).hasSize(400);
            for (int i = 0; i < records.size(); i++) {
                assertThat(new String(records.get(i).json(), UTF_8)).startsWith("{\"n\":" + (i + 2) + ",");
            }
            assertThat(log.read(RECORDS - 2, 400)).hasSize(3);
            assertThat(log.read(RECORDS + 1, 400)).isEmpty();
            assertThat(log.read(RECORDS + 2, 400)).isEmpty();
            assertThatThrownBy(() -> log.read(0, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.read(RECORDS + 1)).hasMessage("record 501 of 1 to 500");
        }
    }

    @Test
    void recreatesAnIndexFileThatIsMissingOrDamagedOrOfAnotherSegment() throws Exception {
        Path indexFile = Logs.indexFile(folder, 1);
        byte[] good = Files.readAllBytes(indexFile);
        byte[] ofAnother = Files.readAllBytes(Logs.indexFile(folder, firsts.get(1)));
        byte[] damaged = good.clone();
        damaged[30] ^= 1;
        byte[] withoutStarts = SegmentFormat.lineOf("{\"size\":4104,\"records\":122}".getBytes(UTF_8));
        byte[] noIndex = SegmentFormat.lineOf("[]".getBytes(UTF_8));
        byte[] tooFewStarts = SegmentFormat.lineOf(new String(good, 15, good.length - 16, UTF_8)
                .replaceFirst("\\[(\\d+),[^]]*]", "[$1]")
                .getBytes(UTF_8));
        for (byte[] wrong : List.of(ofAnother, damaged, withoutStarts, noIndex, tooFewStarts, new byte[0])) {
            Files.write(indexFile, wrong);
            findsAll();
            assertThat(indexFile).hasBinaryContent(good);
        }

        Files.delete(indexFile);
        findsAll();
        assertThat(indexFile).hasBinaryContent(good);
    }

    @Test
    void findsRecordsWhenAnIndexFileCannotBeRead() throws Exception {
        Files.delete(Logs.indexFile(folder, 1));
        Files.createDirectory(Logs.indexFile(folder, 1));

        findsAll();
    }

    @Test
    void findsRecordsWhenAnIndexFileCannotBeRecreated() throws Exception {
        Files.delete(Logs.indexFile(folder, 1));
        FaultyStorage disk = new FaultyStorage();
        try (AppendLog log = open(disk)) {
            disk.fullAfter(0);

            assertThat(Logs.read(log, 1)).startsWith("{\"n\":1,");
        }
    }

    @Test
    void readsOfASealedSegmentOnlyTheHeaderWhenItIsOpened() throws Exception {
        Path sealed = Logs.segment(folder, firsts.get(1));
        Logs.flip(sealed, 1000, 0);

        try (AppendLog log = open()) {
            assertThat(Logs.read(log, firsts.get(2))).isNotEmpty();
            assertThatThrownBy(() -> log.read(firsts.get(1), 64))
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageStartingWith(sealed + " at byte ");
        }
    }

    @Test
    void refusesALogThatMissesASegment() throws Exception {
        Path missing = Logs.segment(folder, firsts.get(1));
        byte[] contents = Files.readAllBytes(missing);
        Files.delete(missing);
        refuses(
                Logs.segment(folder, firsts.get(2)),
                "the segment before it, which begins with record " + firsts.get(1) + ", is missing");
        Files.write(missing, contents);

        Files.delete(Logs.segment(folder, 1));
        refuses(missing, "the segments before it are missing: a log begins with record 1");
    }

    @Test
    void refusesASegmentOfAnotherLog(@TempDir Path other) throws Exception {
        Logs.fill(other, SEGMENT_BYTES, RECORDS);
        Path swapped = Logs.segment(folder, firsts.get(1));
        Files.write(swapped, Files.readAllBytes(Logs.segment(other, firsts.get(1))));

        refuses(swapped, "log id ");
    }

    @Test
    void refusesASegmentUnderAnotherName() throws Exception {
        Path last = Logs.segment(folder, firsts.get(firsts.size() - 1));
        Path renamed = Logs.segment(folder, 1000);
        Files.move(last, renamed);

        refuses(renamed, "first number " + firsts.get(firsts.size() - 1) + " found but 1000 expected");
    }

    @Test
    void refusesASealedSegmentThatWasTruncated() throws Exception {
        Path cut = Logs.segment(folder, 1);
        byte[] whole = Files.readAllBytes(cut);
        List<Integer> lines = Logs.lines(whole);
        int recordThatIsLost = lines.get(lines.size() - 2);

        Files.write(cut, Arrays.copyOf(whole, recordThatIsLost));
        refusesToRead(cut, recordThatIsLost, "the segment ends with record " + (firsts.get(1) - 2));
        Files.write(cut, Arrays.copyOf(whole, recordThatIsLost + 5));
        refusesToRead(cut, recordThatIsLost, "the line is cut off, and another segment follows");
    }

    @Test
    void recoversFromACrashAtAnyStepOfSealing() throws Exception {
        Path segment = Logs.segment(folder, 1);
        Path indexFile = Logs.indexFile(folder, 1);
        Path next = Logs.segment(folder, firsts.get(1));
        byte[] sealed = Files.readAllBytes(segment);
        byte[] index = Files.readAllBytes(indexFile);
        byte[] header = Arrays.copyOf(
                Files.readAllBytes(next), Logs.lines(Files.readAllBytes(next)).get(1));
        for (boolean withIndex : new boolean[] {true, false}) {
            for (boolean withNext : new boolean[] {true, false}) {
                for (long first : Logs.segments(folder)) {
                    Files.delete(Logs.segment(folder, first));
                    Files.deleteIfExists(Logs.indexFile(folder, first));
                }
                Files.write(segment, Logs.withBlanks(sealed, 2000));
                Files.write(folder.resolve(segment.getFileName() + ".tmp"), new byte[] {1});
                if (withIndex) {
                    Files.write(indexFile, index);
                }
                if (withNext) {
                    Files.write(next, Logs.withBlanks(header, 100));
                }

                try (AppendLog log = open()) {
                    assertThat(log.last()).isEqualTo(firsts.get(1) - 1);
                    assertThat(log.append(text("record"))).isEqualTo(firsts.get(1));
                    assertThat(log.append(text("record"))).isEqualTo(firsts.get(1) + 1);
                }
                findsAll();
                assertThat(indexFile).exists();
            }
        }
    }

    /** A crash after the next segment was created leaves blanks in this one, which make it look like the last. */
    @Test
    void noticesThatTheLastSegmentIsMissingAlsoIfACrashLeftBlanksInTheOneBefore() throws Exception {
        int last = firsts.size() - 1;
        Path sealed = Logs.segment(folder, firsts.get(last - 1));
        Files.write(sealed, Logs.withBlanks(Files.readAllBytes(sealed), 2000));
        findsAll();

        Files.delete(Logs.segment(folder, firsts.get(last)));

        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedLogException.class)
                .hasMessageStartingWith(sealed + " at byte ")
                .hasMessageContaining("its end was cut off");
    }

    /** For example Arabic digits, which {@code %020d} writes in some locales. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders-٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠١.log",
                "orders-1.log",
                "orders-backup.log",
                "orders-00000000000000000001 (1).log",
                "orders-99999999999999999999.log",
                "ORDERS-00000000000000000001.LOG"
            })
    void refusesAFileThatLooksLikeASegmentAndIsNone(String name) throws Exception {
        Path file = Files.writeString(folder.resolve(name), "x");

        String message = file + ": the name is like that of a log, but not orders-<20 digits 0 to 9>.log.";
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageStartingWith(message);
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", entry -> {}))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void takesNoOtherFileForASegment() throws Exception {
        Path segment = Logs.segment(folder, 1);
        Files.writeString(segment.resolveSibling(segment.getFileName() + ".old"), "x");
        Files.writeString(folder.resolve("orders.lock"), "x");
        Files.writeString(folder.resolve("preorders-1.log"), "x");

        findsAll();
    }

    @Test
    void namesItsFilesAlikeInEveryLocale() throws Exception {
        Locale usual = Locale.getDefault();
        Path other = Files.createDirectory(folder.resolve("other"));
        try {
            for (String locale : List.of("ar-EG-u-nu-arab", "bn-BD-u-nu-beng", "th-TH-u-nu-thai")) {
                Locale.setDefault(Locale.forLanguageTag(locale));
                Logs.fill(other, SEGMENT_BYTES, 200);
            }
        } finally {
            Locale.setDefault(usual);
        }

        assertThat(Logs.segments(other)).hasSize(3);
        assertThat(other.resolve("orders-00000000000000000001.log")).exists();
        assertThat(other.resolve("orders-00000000000000000001.index")).exists();
    }

    @Test
    void neverWritesANewSegmentOverAFile() throws Exception {
        List<IOException> failures = new CopyOnWriteArrayList<>();
        AppendLog.Options options = new AppendLog.Options(new UnforcedStorage(), folder, "orders", SEGMENT_BYTES);
        try (AppendLog log = AppendLog.open(options, failures::add)) {
            for (int next = RECORDS + 1; next < 2 * RECORDS; next++) {
                Files.writeString(Logs.segment(folder, next), "precious");
            }

            assertThatThrownBy(() -> {
                        while (log.last() < 2 * RECORDS) {
                            log.append(text("record"));
                        }
                    })
                    .hasMessageMatching(".*\\.log is there already, and would be overwritten");
        }
        assertThat(failures).hasSize(1);
        for (int next = RECORDS + 1; next < 2 * RECORDS; next++) {
            assertThat(Logs.segment(folder, next)).hasContent("precious");
        }
    }

    @Test
    void hasADigestThatDependsOnEveryRecordBefore(@TempDir Path same, @TempDir Path changed) throws Exception {
        Logs.fill(same, SEGMENT_BYTES, RECORDS);
        try (AppendLog log = Logs.open(changed, 1 << 20)) { // other segments
            for (int number = 1; number <= RECORDS; number++) {
                log.append(text(number == 250 ? "another" : "record"));
            }
        }
        List<Long> digests = new ArrayList<>();
        try (AppendLog log = open();
                AppendLog alike = Logs.open(same, SEGMENT_BYTES);
                AppendLog other = Logs.open(changed, 1 << 20)) {
            for (long number = 0; number <= RECORDS; number++) {
                digests.add(log.digest(number));
                assertThat(alike.digest(number)).isEqualTo(log.digest(number));
                assertThat(other.digest(number) == log.digest(number)).isEqualTo(number < 250);
            }
            assertThat(digests).doesNotHaveDuplicates().startsWith(0L);
            assertThat(log.read(3, 2)).extracting(LogRecord::digest).isEqualTo(digests.subList(3, 5));
        }
        List<Long> visited = new ArrayList<>(List.of(0L));
        LogReader.scan(folder, "orders", entry -> visited.add(entry.digest()));
        assertThat(visited).isEqualTo(digests);
    }

    @Test
    void noticesASegmentOfAnotherHistoryOfTheSameLog(@TempDir Path copy) throws Exception {
        for (long first : firsts) {
            Files.copy(Logs.segment(folder, first), Logs.segment(copy, first));
        }
        for (Path grown : List.of(folder, copy)) {
            try (AppendLog log = Logs.open(grown, SEGMENT_BYTES)) {
                while (Logs.segments(grown).size() < firsts.size() + 2) {
                    log.append(text(grown == copy ? "other " : "record"));
                }
            }
        }
        long last = Logs.segments(folder).get(firsts.size());
        Path mixed = Logs.segment(copy, last);
        Files.copy(Logs.segment(folder, last), mixed, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> LogReader.scan(copy, "orders", entry -> {}))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageStartingWith(mixed + " at byte 0: digest ")
                .hasMessageEndingWith("the two are not of one history");
    }

    private void refuses(Path file, String reason) {
        String message = file + " at byte 0: " + reason;
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageStartingWith(message);
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", entry -> {}))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageStartingWith(folder.toString());
    }

    private void refusesToRead(Path file, int offset, String reason) throws IOException {
        String message = file + " at byte " + offset + ": " + reason;
        try (AppendLog log = open()) {
            assertThatThrownBy(() -> log.read(1))
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageStartingWith(message);
        }
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", entry -> {}))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageStartingWith(message);
    }

    private void findsAll() throws IOException {
        try (AppendLog log = open()) {
            for (long number = 1; number <= log.last(); number++) {
                assertThat(Logs.read(log, number)).isEqualTo("{\"n\":" + number + ",\"text\":\"record\"}");
            }
        }
    }

    private AppendLog open() throws IOException {
        return Logs.open(folder, SEGMENT_BYTES);
    }

    private AppendLog open(Storage storage) throws IOException {
        return AppendLog.open(new AppendLog.Options(storage, folder, "orders", SEGMENT_BYTES), failure -> {
            throw new AssertionError(failure);
        });
    }
}
