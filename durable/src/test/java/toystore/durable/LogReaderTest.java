package toystore.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static toystore.durable.Logs.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    @TempDir
    Path folder;

    private final List<String> visited = new ArrayList<>();

    @Test
    void findsNoLogWhereThereIsNone() throws Exception {
        LogReader.Summary none = new LogReader.Summary(null, 0, 0, null);

        assertThat(scan(folder)).isEqualTo(none);
        assertThat(scan(folder.resolve("missing"))).isEqualTo(none);
    }

    @Test
    void findsALogWithoutRecords() throws Exception {
        Logs.fill(folder, 1024, 0);

        LogReader.Summary summary = scan(folder);

        assertThat(summary.id()).hasSize(36);
        assertThat(summary.first()).isZero();
        assertThat(summary.last()).isZero();
        assertThat(visited).isEmpty();
    }

    @Test
    void visitsEveryRecordWithItsPlace() throws Exception {
        Logs.fill(folder, 1024, 100);

        LogReader.Summary summary = LogReader.scan(folder, "orders", entry -> {
            byte[] bytes = Files.readAllBytes(entry.file());
            String json = new String(entry.json(), UTF_8);
            assertThat(new String(bytes, (int) entry.offset() + SegmentFormat.OVERHEAD - 1, entry.json().length, UTF_8))
                    .isEqualTo(json);
            visited.add(json);
            assertThat(entry.number()).isEqualTo(visited.size());
        });

        assertThat(visited).hasSize(100).last().isEqualTo("{\"n\":100,\"text\":\"record\"}");
        assertThat(summary).isEqualTo(new LogReader.Summary(summary.id(), 1, 100, null));
    }

    /** One read ends within blanks that are overwritten before the next read. */
    @Test
    void readsALogThatGrowsMeanwhile() throws Exception {
        String text = "y".repeat(75);
        for (int records = 580; records < 660; records += 4) {
            Path log = Files.createDirectory(folder.resolve("of-" + records));
            List<Long> numbers = new ArrayList<>();
            try (AppendLog written = Logs.open(log, 1 << 20)) {
                append(written, text, records);
                int full = records;

                LogReader.Summary summary = LogReader.scan(log, "orders", entry -> {
                    numbers.add(entry.number());
                    if (entry.number() == full) {
                        append(written, text, 40);
                    }
                });

                assertThat(summary.torn()).isNull();
                assertThat(summary.last()).isBetween((long) records, records + 40L);
                assertThat(numbers).hasSize((int) summary.last()).doesNotHaveDuplicates();
            }
        }
    }

    private static void append(AppendLog log, String text, int records) throws IOException {
        for (int i = 0; i < records; i++) {
            log.append(text(text));
        }
    }

    @Test
    void changesNothingAndReportsATornTail() throws Exception {
        Logs.fill(folder, 1 << 20, 3);
        Path file = Logs.segment(folder, 1);
        String whole = new String(Logs.lines(file), UTF_8);
        Files.writeString(file, whole + "0123\t\t");

        LogReader.Summary summary = scan(folder);

        assertThat(summary.last()).isEqualTo(3);
        assertThat(summary.torn()).isEqualTo(new LogReader.TornTail(file, whole.length(), 4, "the line is cut off"));
        assertThat(file).hasContent(whole + "0123\t\t");
        assertThat(folder).isDirectoryNotContaining("glob:**.torn-at-*");
    }

    @Test
    void readsALogWhileItIsWritten() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        try (AppendLog log = Logs.open(Storage.DISK, folder, 4096)) {
            Thread writer = new Thread(() -> {
                try {
                    while (!enough.get()) {
                        log.append(text("x".repeat(200)));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();
            for (int i = 0; i < 30; i++) {
                visited.clear();
                long before = log.last();
                LogReader.Summary summary = scan(folder);
                assertThat(summary.last()).isGreaterThanOrEqualTo(before).isEqualTo(visited.size());
            }
            enough.set(true);
            writer.join();
        }
    }

    @Test
    void endsWithASegmentThatIsSealedWhileItIsRead() throws Exception {
        try (AppendLog log = Logs.open(folder, 1 << 20)) {
            for (int i = 0; i < 600; i++) {
                log.append(text("x".repeat(1000))); // more than a reader takes at once
            }
            LogReader.Summary summary = LogReader.scan(folder, "orders", entry -> {
                visited.add(new String(entry.json(), UTF_8));
                if (entry.number() == 1) {
                    for (int i = 0; i < 600; i++) {
                        log.append(text("x".repeat(1000)));
                    }
                }
            });

            assertThat(summary.last()).isEqualTo(Logs.segments(folder).get(1) - 1);
            assertThat(visited).hasSize((int) summary.last()).doesNotHaveDuplicates();
        }
    }

    private LogReader.Summary scan(Path where) throws IOException {
        return LogReader.scan(where, "orders", entry -> {
            visited.add(new String(entry.json(), UTF_8));
            assertThat(entry.number()).isEqualTo(visited.size());
        });
    }
}
