package toystore.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static toystore.durable.Logs.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import toystore.durable.testing.FaultyStorage;

@Timeout(60)
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
            assertThat(Logs.sideFile(folder, first)).exists();
        }
        assertThat(Logs.sideFile(folder, firsts.get(firsts.size() - 1))).doesNotExist();
        findsAll();
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
        assertThat(LogReader.scan(folder, "orders", (n, json, path, offset) -> {})
                        .id())
                .isEqualTo(id);
    }

    @Test
    void readsRecordsInARowAcrossSegments() throws Exception {
        try (AppendLog log = open()) {
            List<byte[]> records = log.read(2, 400);
            assertThat(records).hasSize(400);
            for (int i = 0; i < records.size(); i++) {
                assertThat(new String(records.get(i), UTF_8)).startsWith("{\"n\":" + (i + 2) + ",");
            }
            assertThat(log.read(RECORDS - 2, 400)).hasSize(3);
            assertThat(log.read(RECORDS + 1, 400)).isEmpty();
            assertThat(log.read(RECORDS + 2, 400)).isEmpty();
            assertThatThrownBy(() -> log.read(0, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.read(RECORDS + 1)).hasMessage("record 501 of 1 to 500");
        }
    }

    @Test
    void makesASideFileAnewThatIsMissingOrDamagedOrOfAnotherSegment() throws Exception {
        Path sideFile = Logs.sideFile(folder, 1);
        byte[] good = Files.readAllBytes(sideFile);
        byte[] ofAnother = Files.readAllBytes(Logs.sideFile(folder, firsts.get(1)));
        byte[] damaged = good.clone();
        damaged[30] ^= 1;
        byte[] withoutStarts = LogLine.of("{\"size\":4104,\"records\":122}".getBytes(UTF_8));
        byte[] noIndex = LogLine.of("[]".getBytes(UTF_8));
        byte[] tooFewStarts = LogLine.of(new String(good, 9, good.length - 10, UTF_8)
                .replaceFirst("\\[(\\d+),[^]]*]", "[$1]")
                .getBytes(UTF_8));
        for (byte[] wrong : List.of(ofAnother, damaged, withoutStarts, noIndex, tooFewStarts, new byte[0])) {
            Files.write(sideFile, wrong);
            findsAll();
            assertThat(sideFile).hasBinaryContent(good);
        }

        Files.delete(sideFile);
        findsAll();
        assertThat(sideFile).hasBinaryContent(good);
    }

    @Test
    void findsRecordsWhenASideFileCannotBeMadeAnew() throws Exception {
        Files.delete(Logs.sideFile(folder, 1));
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
    void refusesASealedSegmentThatWasCut() throws Exception {
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
    void goesOnWhateverACrashLeftOfSealing() throws Exception {
        Path segment = Logs.segment(folder, 1);
        Path sideFile = Logs.sideFile(folder, 1);
        Path next = Logs.segment(folder, firsts.get(1));
        byte[] sealed = Files.readAllBytes(segment);
        byte[] index = Files.readAllBytes(sideFile);
        byte[] header = Arrays.copyOf(
                Files.readAllBytes(next), Logs.lines(Files.readAllBytes(next)).get(1));
        for (boolean withIndex : new boolean[] {true, false}) {
            for (boolean withNext : new boolean[] {true, false}) {
                for (long first : Logs.segments(folder)) {
                    Files.delete(Logs.segment(folder, first));
                    Files.deleteIfExists(Logs.sideFile(folder, first));
                }
                Files.write(segment, sealed);
                Files.write(folder.resolve(segment.getFileName() + ".tmp"), new byte[] {1});
                if (withIndex) {
                    Files.write(sideFile, index);
                }
                if (withNext) {
                    Files.write(next, header);
                }

                try (AppendLog log = open()) {
                    assertThat(log.last()).isEqualTo(firsts.get(1) - 1);
                    assertThat(log.append(text("record"))).isEqualTo(firsts.get(1));
                    assertThat(log.append(text("record"))).isEqualTo(firsts.get(1) + 1);
                }
                findsAll();
                assertThat(sideFile).exists();
            }
        }
    }

    @Test
    void takesNoOtherFileForASegment() throws Exception {
        Files.writeString(folder.resolve("orders-1.log"), "x");
        Files.writeString(folder.resolve("orders-backup.log"), "x");
        Files.writeString(
                Logs.segment(folder, 1).resolveSibling(Logs.segment(folder, 1).getFileName() + ".old"), "x");

        findsAll();
    }

    private void refuses(Path file, String reason) {
        String message = file + " at byte 0: " + reason;
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageStartingWith(message);
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", (n, json, path, offset) -> {}))
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
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", (n, json, path, offset1) -> {}))
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
