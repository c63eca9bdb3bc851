package toystore.db.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What a copy prints while it lasts. */
class CopyProgressTest {
    private static final int ORDERS = 3000;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong now = new AtomicLong();

    @Test
    void saysOnceASecondHowFarItIsAndAtTheEndWhatItHasCopied() throws Exception {
        copy(lines());

        assertThat(printed.toString(UTF_8)).isEqualTo("""
                importing: 1024 of 3000 orders
                importing: 2048 of 3000 orders
                imported 1 products, 0 changes, 3000 orders
                """);
    }

    @Test
    void doesNotSayThatAnythingOfAnIncompleteExportIsImported() {
        String lines = lines();
        String cut = lines.substring(0, lines.indexOf("{\"order\":2500"));

        assertThatThrownBy(() -> copy(cut))
                .hasMessage("lines ends after line 2501, but order 2500 of 3000 should follow: the export is not"
                        + " complete, and nothing is imported");
        assertThat(printed.toString(UTF_8)).contains("importing: ").doesNotContain("imported");
    }

    /** Takes a second for each read of the clock. */
    private void copy(String lines) throws IOException {
        CopyVisitor target = new CopyWriter(OutputStream.nullOutputStream());
        CopyProgress progress = new CopyProgress(
                target,
                "import",
                new PrintStream(printed, true, UTF_8),
                () -> now.getAndAdd(Duration.ofSeconds(1).toNanos()));
        new CopyReader(new ByteArrayInputStream(lines.getBytes(UTF_8)), "lines").read(progress);
    }

    private static String lines() {
        StringBuilder lines = new StringBuilder("{\"format\":\"toystore-export\",\"version\":1,\"products\":1,"
                + "\"changes\":0,\"orders\":" + ORDERS + "}\n{\"product\":\"Tux\",\"price\":1,\"quantity\":0,"
                + "\"started\":" + ORDERS + ",\"restocked\":0}\n");
        for (int i = 1; i <= ORDERS; i++) {
            lines.append("{\"order\":").append(i);
            lines.append(",\"name\":\"Tux\",\"quantity\":1,\"price\":1,\"time\":\"2026-01-02T03:04:05Z\"}\n");
        }
        CRC32C checksum = new CRC32C();
        checksum.update(lines.toString().getBytes(UTF_8));
        return lines + "{\"end\":" + (ORDERS + 2) + ",\"crc32c\":\""
                + HexFormat.of().toHexDigits((int) checksum.getValue()) + "\"}\n";
    }
}
