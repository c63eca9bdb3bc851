package toystore.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static toystore.durable.Logs.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendLogTest {
    private static final String FILE = "orders-00000000000000000001.log";

    @TempDir
    Path folder;

    @Test
    void tellsAListenerWhenItsRecordWasWrittenBeforeTheFutureCompletes() throws Exception {
        try (AppendLog log = Logs.open(Storage.DISK, folder, 1 << 20)) {
            log.fence("e1");
            for (boolean alone : List.of(true, false)) {
                List<Long> times = new CopyOnWriteArrayList<>(List.of(System.nanoTime()));
                AppendLog.WriteListener listener = (begun, ended) -> times.addAll(List.of(begun, ended));
                CompletableFuture<Long> durable =
                        alone ? log.writeOrSubmit("e1", text("a"), listener) : log.submit("e1", text("a"), listener);
                durable.thenRun(() -> times.add(System.nanoTime() | 1)).join();

                assertThat(times).hasSize(4).isSorted();
                assertThat(times.get(2)).isGreaterThan(times.get(1));
            }
        }
    }

    @Test
    void numbersRecordsFromOneAndFindsThemAgain() throws Exception {
        try (AppendLog log = open()) {
            assertThat(log.last()).isZero();
            assertThat(append(log, "first")).isEqualTo(1);
            assertThat(append(log, "Zweite 🧸")).isEqualTo(2);

            assertThat(log.last()).isEqualTo(2);
            assertThat(read(log, 1)).isEqualTo("{\"n\":1,\"text\":\"first\"}");
            assertThat(read(log, 2)).isEqualTo("{\"n\":2,\"text\":\"Zweite 🧸\"}");
        }
    }

    @Test
    void continuesAfterTheLastRecordWhenItIsOpenedAgain() throws Exception {
        for (int n = 1; n <= 3; n++) {
            try (AppendLog log = open()) {
                assertThat(append(log, "again")).isEqualTo(n);
            }
        }

        try (AppendLog log = open()) {
            assertThat(read(log, 3)).isEqualTo("{\"n\":3,\"text\":\"again\"}");
        }
    }

    @Test
    void hasARecordOnDiskBeforeItAcknowledges() throws Exception {
        try (AppendLog log = open()) {
            for (int n = 1; n <= 100; n++) {
                append(log, "x");
                assertThat(Logs.lines(Files.readAllBytes(folder.resolve(FILE)))).hasSize(n + 2); // the header, the end
            }
        }
    }

    @Test
    void writesLinesInTheDocumentedFormat() throws Exception {
        try (AppendLog log = open()) {
            append(log, "a");
        }

        List<String> lines = Files.readAllLines(folder.resolve(FILE));

        assertThat(lines.get(0))
                .matches("[0-9a-f]{8} 0{5} "
                        + "\\{\"format\":3,\"log\":\"[-0-9a-f]{36}\",\"first\":1,\"previous\":0,\"digest\":\"0{16}\"}");
        assertThat(lines.get(1)).isEqualTo("2ed21b9b 00000 {\"n\":1,\"text\":\"a\"}");
    }

    @Test
    void givesEveryConcurrentAppendItsOwnNumber() throws Exception {
        Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        try (AppendLog log = open()) {
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 20; w++) {
                String who = "writer " + w;
                writers.add(new Thread(() -> {
                    for (int i = 0; i < 50; i++) {
                        String text = who + " record " + i;
                        acknowledged.put(append(log, text), text);
                    }
                }));
            }
            writers.forEach(Thread::start);
            for (Thread writer : writers) {
                writer.join();
            }
        }

        assertThat(acknowledged).hasSize(1000);
        try (AppendLog log = open()) {
            assertThat(log.last()).isEqualTo(1000);
            for (long n = 1; n <= 1000; n++) {
                assertThat(read(log, n)).isEqualTo("{\"n\":" + n + ",\"text\":\"" + acknowledged.get(n) + "\"}");
            }
        }
    }

    @Test
    void refusesDamageThatIsNotAtTheEndAndSaysWhere() throws Exception {
        byte[] whole = records("one", "two", "three", "four");
        int second = startOfLine(whole, 2);
        int third = startOfLine(whole, 3);
        for (int at = second; at < third; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(folder.resolve(FILE), damaged);

            assertThatThrownBy(this::open)
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageStartingWith(folder.resolve(FILE) + " at byte " + second + ": ")
                    .hasMessageEndingWith("sound records of a later batch follow");
            assertThat(folder.resolve(FILE)).hasBinaryContent(damaged);
        }
    }

    @Test
    void refusesAFileWhoseHeaderIsDamagedOrOfAnotherFormat() throws Exception {
        byte[] whole = records("one", "two", "three");
        byte[] damaged = whole.clone();
        damaged[12] ^= 1;
        Files.write(folder.resolve(FILE), damaged);
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining(" at byte 0: CRC ");

        Files.write(folder.resolve(FILE), SegmentFormat.lineOf("{\"format\":1}".getBytes(UTF_8)));
        assertThatThrownBy(this::open).hasMessageContaining("at byte 0: format 1 found but format 3 expected");

        Files.write(folder.resolve(FILE), new byte[0]);
        assertThatThrownBy(this::open).hasMessageContaining("at byte 0: the file ends within its header");
    }

    @Test
    void acceptsNoRecordAfterItWasClosed() throws Exception {
        AppendLog log = open();
        append(log, "a");
        log.close();
        log.close();

        assertThatThrownBy(() -> log.append(n -> new byte[] {'{', '}'})).hasMessage("the log is closed");
    }

    @Test
    void givesTheNumberToTheNextRecordWhenOneCannotBeMade() throws Exception {
        try (AppendLog log = open()) {
            assertThatThrownBy(() -> log.append(number -> {
                        throw new IllegalStateException("no " + number);
                    }))
                    .hasMessage("no 1");
            assertThatThrownBy(() -> log.append(number -> "{\n}".getBytes(UTF_8)))
                    .hasMessage("a line feed in byte 1 of 3 of a record");
            assertThatThrownBy(() -> log.append(number -> "{\t}".getBytes(UTF_8)))
                    .hasMessage("a tab in byte 1 of 3 of a record");
            assertThatThrownBy(() -> log.append(number -> new byte[] {'{', 0, '}'}))
                    .hasMessage("a zero byte in byte 1 of 3 of a record");
            assertThatThrownBy(() -> log.append(number -> new byte[1 << 20]))
                    .hasMessage("a record of 1048576 bytes; at most 1048560 are allowed");

            assertThat(append(log, "a")).isEqualTo(1);
        }
    }

    @Test
    void survivesAnInterruptedThread() throws Exception {
        try (AppendLog log = open()) {
            Thread.currentThread().interrupt();

            assertThat(append(log, "a")).isEqualTo(1);
            assertThat(read(log, 1)).contains("\"a\"");

            assertThat(Thread.interrupted()).isTrue();
            assertThat(append(log, "b")).isEqualTo(2);
        }
    }

    @Test
    void checksWhatItReads() throws Exception {
        try (AppendLog log = open()) {
            append(log, "a");
            for (int i = 0; i < RecentRecords.CAPACITY; i++) {
                append(log, "later");
            }
            byte[] bytes = Files.readAllBytes(folder.resolve(FILE));
            bytes[startOfLine(bytes, 2) - 4] ^= 1;
            Files.write(folder.resolve(FILE), bytes);

            assertThatThrownBy(() -> log.read(1)).isInstanceOf(DamagedLogException.class);
        }
    }

    @Test
    void readsTheNewestRecordsFromMemory() throws Exception {
        long digest;
        byte[] intact;
        try (AppendLog log = open()) {
            append(log, "a");
            append(log, "b");
            intact = Files.readAllBytes(folder.resolve(FILE));
            Files.write(folder.resolve(FILE), new byte[intact.length]);

            assertThat(read(log, 1)).contains("\"a\"");
            assertThat(read(log, 2)).contains("\"b\"");
            digest = log.digest(2);
        }

        Files.write(folder.resolve(FILE), intact);
        try (AppendLog log = open()) {
            assertThat(log.digest(2)).isEqualTo(digest);
        }
    }

    private byte[] records(String... texts) throws IOException {
        try (AppendLog log = open()) {
            Stream.of(texts).forEach(text -> append(log, text));
        }
        return Files.readAllBytes(folder.resolve(FILE));
    }

    private static int startOfLine(byte[] bytes, int line) {
        int at = 0;
        for (int lines = 0; lines < line; at++) {
            lines += bytes[at] == '\n' ? 1 : 0;
        }
        return at;
    }

    private AppendLog open() throws IOException {
        return AppendLog.open(folder, "orders", failure -> {
            throw new AssertionError(failure);
        });
    }

    private static long append(AppendLog log, String text) {
        try {
            return log.append(n -> ("{\"n\":" + n + ",\"text\":\"" + text + "\"}").getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(AppendLog log, long number) throws IOException {
        return new String(log.read(number), UTF_8);
    }
}
