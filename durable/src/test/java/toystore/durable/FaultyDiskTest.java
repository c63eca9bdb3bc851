package toystore.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static toystore.durable.Logs.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.durable.testing.FaultyStorage;

class FaultyDiskTest {
    private static final int SEGMENT_BYTES = 1 << 20;

    @TempDir
    Path folder;

    private final FaultyStorage disk = new FaultyStorage();
    private final List<IOException> failures = new CopyOnWriteArrayList<>();

    @Test
    void writesAllOfABatchWhenTheDiskTakesAFewBytesAtATime() throws Exception {
        disk.shortWrites(500);
        try (AppendLog log = open()) {
            log.append(text("long ".repeat(100))); // with its blanks, more writes than the limit for empty ones
            log.append(text("b"));
        }

        try (AppendLog log = Logs.open(folder, SEGMENT_BYTES)) {
            assertThat(Logs.read(log, 2)).isEqualTo("{\"n\":2,\"text\":\"b\"}");
        }
        assertThat(failures).isEmpty();
    }

    /** Linux keeps refused bytes in its page cache: the next process reads them, and a force has nothing to write. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forcesTheRecordsThatItFoundAlsoIfTheDiskHadRefusedThem(boolean atTheWrite) throws Exception {
        try (AppendLog log = open()) {
            log.append(text("forced"));
            if (atTheWrite) {
                disk.failsWrite(1);
            } else {
                disk.failsForce(1);
            }
            assertThatThrownBy(() -> log.append(text("refused"))).isInstanceOf(IOException.class);
        }
        try (AppendLog log = open()) {
            assertThat(log.last()).as("read from the page cache").isEqualTo(2);
        }

        disk.powerCut();

        try (AppendLog log = open()) {
            assertThat(log.last()).isEqualTo(2);
            assertThat(Logs.read(log, 2)).contains("refused");
        }
    }

    @Test
    void isNotOpenedIfTheRecordsThatItFoundCannotBeWritten() throws Exception {
        try (AppendLog log = open()) {
            log.append(text("forced"));
            disk.failsWrite(1);
            assertThatThrownBy(() -> log.append(text("refused"))).isInstanceOf(IOException.class);
        }
        for (int refusal = 1; refusal <= 2; refusal++) {
            if (refusal == 1) {
                disk.failsWrite(1);
            } else {
                disk.failsForce(1);
            }
            assertThatThrownBy(this::open).hasMessageContaining("was to fail");
        }

        disk.powerCut();

        assertThat(acknowledgedAndFound()).isEqualTo(1);
    }

    /** Recovery writes at least as many bytes again as a batch may have. */
    @Test
    void writesNoBatchThatIsLongerThanARecoveryWritesAgain() throws Exception {
        Semaphore mayForce = new Semaphore(0);
        List<CompletableFuture<Long>> refused = new ArrayList<>();
        try (AppendLog log = open(64 << 20)) {
            log.append(text("forced"));
            int before = disk.forces();
            disk.slowForce(mayForce);
            CompletableFuture<Long> first = log.submit(text("a batch of its own"));
            await().until(() -> disk.forces() == before + 1);
            for (int i = 0; i < 30; i++) {
                refused.add(log.submit(text("x".repeat(100_000))));
            }
            disk.failsForce(2); // after that of the blanks
            mayForce.release(1000);
            first.join();
            await().until(() -> refused.get(29).isCompletedExceptionally());
        }
        disk.slowForce(null);
        long found;
        try (AppendLog log = open(64 << 20)) {
            found = log.last();
        }

        disk.powerCut();

        try (AppendLog log = open(64 << 20)) {
            assertThat(log.last()).isEqualTo(found).isBetween(3L, 13L);
        }
    }

    @Test
    void givesUpOnADiskThatTakesNothing() throws Exception {
        try (AppendLog log = open()) {
            disk.shortWrites(0);

            assertThatThrownBy(() -> log.append(text("a"))).hasMessageContaining("100 writes at byte ");
        }
        assertThat(failures).hasSize(1);
    }

    @Test
    void acceptsNoRecordAfterAWriteThatFailed() throws Exception {
        try (AppendLog log = open()) {
            log.append(text("a"));
            disk.failsWrite(1);

            assertThatThrownBy(() -> log.append(text("b"))).hasMessageContaining("this write was to fail");
            assertThatThrownBy(() -> log.append(text("c"))).hasMessageContaining("this write was to fail");

            assertThat(log.last()).isEqualTo(1);
            assertThat(Logs.read(log, 1)).contains("\"a\"");
        }
        assertThat(failures).hasSize(1);
        disk.powerCut();
        assertThat(acknowledgedAndFound()).isEqualTo(1);
    }

    @Test
    void movesTheStartOfARecordThatAFullDiskTook() throws Exception {
        try (AppendLog log = open()) {
            log.append(text("a"));
            disk.fullAfter(15);

            assertThatThrownBy(() -> log.append(text("b"))).hasMessageContaining("No space left on device");
        }

        assertThat(acknowledgedAndFound()).isEqualTo(1);
        assertThat(folder).isDirectoryContaining("glob:**.torn-at-*");
    }

    @Test
    void neverForcesAgainAfterAForceThatFailed() throws Exception {
        try (AppendLog log = open()) {
            log.append(text("a"));
            disk.failsForce(1);
            assertThatThrownBy(() -> log.append(text("b"))).hasMessageContaining("this force was to fail");
            int forces = disk.forces();

            assertThatThrownBy(() -> log.append(text("c"))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> log.submit(text("c"))).isInstanceOf(IOException.class);

            assertThat(disk.forces()).isEqualTo(forces);
            assertThat(log.last()).isEqualTo(1);
        }
        disk.powerCut();
        assertThat(acknowledgedAndFound()).isEqualTo(1);
    }

    @Test
    void hasForcedAllAcknowledgedRecordsWhenThePowerFails() throws Exception {
        List<Long> acknowledged = new CopyOnWriteArrayList<>();
        try (AppendLog log = open(1024)) {
            disk.failsForce(50); // of records, new segments and index files
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                writers.add(new Thread(() -> {
                    try {
                        while (true) {
                            acknowledged.add(log.append(text("x")));
                        }
                    } catch (IOException end) {
                        assertThat(end).hasMessageContaining("this force was to fail");
                    }
                }));
            }
            writers.forEach(Thread::start);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        disk.powerCut();

        assertThat(acknowledgedAndFound()).isEqualTo(acknowledged.size());
    }

    /** A disk may write the sectors of a batch in any order, and have written any of them when the power fails. */
    @Test
    void keepsAllAcknowledgedRecordsWhicheverSectorsOfABatchAreLost() throws Exception {
        for (int lost = 1; lost < 1 << 4; lost++) {
            Path log = Files.createDirectory(folder.resolve("lost-" + lost));
            Semaphore mayForce = new Semaphore(0);
            AppendLog.Options options = new AppendLog.Options(disk, log, "orders", SEGMENT_BYTES);
            long acknowledged;
            long firstSector;
            disk.slowForce(null);
            try (AppendLog open = AppendLog.open(options, failures::add)) {
                acknowledged = open.append(text("y".repeat(60 + 10 * lost)));
                firstSector = Logs.lines(Files.readAllBytes(open.file())).get(2) / 512;
                int before = disk.forces();
                disk.slowForce(mayForce);
                List<CompletableFuture<Long>> submitted = new ArrayList<>();
                submitted.add(open.submit(text("a batch of its own")));
                await().until(() -> disk.forces() == before + 1);
                for (int i = 0; i < 20; i++) {
                    submitted.add(open.submit(text("x".repeat(60))));
                }
                disk.failsForce(1);
                mayForce.release(2);
                await().until(() -> !failures.isEmpty());
                assertThat(submitted.get(1)).isCompletedExceptionally();
                acknowledged = open.last();
            }
            int which = lost;
            disk.powerCut(sector -> sector < firstSector + 4 && (which >> (sector - firstSector) & 1) == 1);
            failures.clear();
            mayForce.release(1000);

            try (AppendLog reopened = Logs.open(log, SEGMENT_BYTES)) {
                assertThat(reopened.last())
                        .as("lost %s", Integer.toBinaryString(lost))
                        .isGreaterThanOrEqualTo(acknowledged);
                assertThat(reopened.append(text("goes on"))).isEqualTo(reopened.last());
            }
            LogReader.Summary summary = LogReader.scan(log, "orders", entry -> {});
            assertThat(summary.torn()).isNull();
        }
    }

    @Test
    void gathersABatchWhileItForces() throws Exception {
        Semaphore mayForce = new Semaphore(0);
        try (AppendLog log = open()) {
            log.append(text("before it"));
            int before = disk.forces();
            disk.slowForce(mayForce);
            CompletableFuture<Long> first = log.submit(text("first"));
            await().until(() -> disk.forces() == before + 1);
            List<CompletableFuture<Long>> meanwhile = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                meanwhile.add(log.submit(text("meanwhile")));
            }

            assertThat(first).isNotDone();
            mayForce.release(1000);

            assertThat(meanwhile.get(99).get()).isEqualTo(102);
            assertThat(meanwhile).allMatch(CompletableFuture::isDone);
            assertThat(disk.forces()).isEqualTo(before + 2);
        }
    }

    @Test
    void failsAllWaitingAppendsBeforeItReportsTheFailure() throws Exception {
        Semaphore mayForce = new Semaphore(0);
        List<CompletableFuture<Long>> waiting = new ArrayList<>();
        List<Boolean> allKnew = new CopyOnWriteArrayList<>();
        AppendLog.Options options = new AppendLog.Options(disk, folder, "orders", SEGMENT_BYTES);
        try (AppendLog log = AppendLog.open(
                options,
                failure -> allKnew.add(waiting.stream().allMatch(CompletableFuture::isCompletedExceptionally)))) {
            int before = disk.forces();
            disk.slowForce(mayForce).failsForce(1);
            waiting.add(log.submit(text("being forced")));
            await().until(() -> disk.forces() == before + 1);
            waiting.add(log.submit(text("queued")));
            waiting.add(log.submit(text("queued")));
            mayForce.release(1000);

            await().until(() -> !allKnew.isEmpty());
            for (CompletableFuture<Long> each : waiting) {
                assertThatThrownBy(each::join).hasCauseInstanceOf(IOException.class);
            }
            assertThat(log.awaitBeyond(0, Duration.ofHours(1))).isFalse();
        }
        assertThat(allKnew).containsExactly(true);
    }

    @Test
    void failsWaitingAppendsWhateverIsThrown() throws Exception {
        try (AppendLog log = open()) {
            disk.onWrite(() -> {
                throw new StackOverflowError("planned");
            });

            assertThatThrownBy(() -> log.append(text("a"))).hasMessageContaining("planned");
        }
        assertThat(failures).hasSize(1);
    }

    @Test
    void canBeClosedByTheFailureCallback() throws Exception {
        CompletableFuture<AppendLog> opened = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        AppendLog.Options options = new AppendLog.Options(disk, folder, "orders", SEGMENT_BYTES);
        AppendLog log = AppendLog.open(options, failure -> {
            try {
                opened.join().close();
                closed.complete(null);
            } catch (IOException e) {
                closed.completeExceptionally(e);
            }
        });
        opened.complete(log);
        disk.failsForce(1);

        assertThatThrownBy(() -> log.append(text("a"))).isInstanceOf(IOException.class);

        closed.get();
    }

    @Test
    void keepsEveryRecordWhateverStepOfSealingFails() throws Exception {
        Logs.fill(folder, SEGMENT_BYTES, 30);
        byte[] full = Logs.withBlanks(Logs.lines(Logs.segment(folder, 1)), 10);
        for (int step = 1; ; step++) {
            try (var files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.write(Logs.segment(folder, 1), full);
            failures.clear();
            try (AppendLog log = open(1024)) {
                disk.failsForce(1 + step); // after that of the record
                assertThat(log.append(text("fills it"))).isEqualTo(31);
            }
            boolean sealed = failures.isEmpty();
            disk.failsForce(0);

            assertThat(acknowledgedAndFound()).as("step %d", step).isEqualTo(31);
            if (sealed) {
                assertThat(step).isEqualTo(3); // the index file, the new segment, and no other force
                return;
            }
        }
    }

    @Test
    void keepsTheOldContentsOfAFileThatCannotBeForced() throws Exception {
        Path file = Files.writeString(folder.resolve("catalog.json"), "old");
        disk.failsForce(1);

        assertThatThrownBy(() -> AtomicFile.replace(disk, file, out -> out.write('n')))
                .hasMessage("this force was to fail");

        assertThat(file).hasContent("old");
        assertThat(folder.resolve("catalog.json.tmp")).doesNotExist();
    }

    @Test
    void keepsTheOldContentsWhenItEndsJustBeforeTheRename() throws Exception {
        Path file = Files.writeString(folder.resolve("catalog.json"), "old");
        disk.onRename(() -> assertThat(file).hasContent("old"));
        disk.shortWrites(7);

        AtomicFile.replace(disk, file, out -> out.write("something new".getBytes(UTF_8)));

        disk.powerCut();
        assertThat(file).hasContent("something new");
    }

    private AppendLog open() throws IOException {
        return open(SEGMENT_BYTES);
    }

    private AppendLog open(long segmentBytes) throws IOException {
        return AppendLog.open(new AppendLog.Options(disk, folder, "orders", segmentBytes), failures::add);
    }

    /**
     * Opens the log on a disk without faults, reads all of it, and appends a record; returns the number of records
     * before.
     */
    private long acknowledgedAndFound() throws IOException {
        try (AppendLog log = Logs.open(folder, 1024)) {
            long last = log.last();
            for (long number = 1; number <= last; number++) {
                assertThat(Logs.read(log, number)).startsWith("{\"n\":" + number + ",");
            }
            assertThat(log.append(text("goes on"))).isEqualTo(last + 1);
            return last;
        }
    }
}
