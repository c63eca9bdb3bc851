package toystore.db.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyReaderTest {
    private static final String LINES = """
            {"format":"toystore-export","version":1,"store":"s","products":2,"changes":1,"orders":2}
            {"product":"Fox","price":0,"quantity":0,"started":0,"restocked":0}
            {"product":"Tux","price":12.50,"quantity":92,"started":100,"restocked":5}
            {"change":1,"name":"Tux","price":12.50,"add":5,"key":"c","time":"2026-01-02T03:04:05.678Z"}
            {"order":1,"name":"Tux","quantity":3,"price":15.99,"time":"2026-01-02T03:04:05.678Z","key":"k"}
            {"order":2,"name":"Tux","quantity":10,"price":12.50,"time":"2026-01-02T03:04:05.678901Z"}
            """;

    @Test
    void readsWhatWasWritten() throws IOException {
        assertThat(copy(complete(LINES))).isEqualTo(complete(LINES));
    }

    @Test
    void noticesACutAtEveryByte() {
        byte[] whole = complete(LINES).getBytes(UTF_8);
        for (int bytes = 0; bytes < whole.length; bytes++) {
            String cut = new String(whole, 0, bytes, UTF_8);
            assertThatThrownBy(() -> copy(cut))
                    .as(cut)
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("lines ends after line \\d(, in the next one)?, but .* should follow:"
                            + " the export is not complete, and nothing is imported");
        }
    }

    @Test
    void noticesAChangedByte() {
        String changed = complete(LINES).replace("\"key\":\"k\"", "\"key\":\"l\"");

        assertThatThrownBy(() -> copy(changed))
                .hasMessageMatching("lines line 7: the checksum is [0-9a-f]{8}, but the lines before it have"
                        + " [0-9a-f]{8}: one of them was changed");
    }

    @Test
    void noticesMoreLines() {
        assertThatThrownBy(() -> copy(complete(LINES) + "\n"))
                .hasMessage("lines line 8: expected nothing after the end");
    }

    @Test
    void refusesAVeryLongLine() {
        assertThatThrownBy(() -> copy("x".repeat(1 << 20)))
                .hasMessage("lines line 1: the line has more than 65536 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"version\":1|\"version\":2|1: expected the header: format is toystore-export and version 2; expected toystore-export and 1",
                "{\"format\"|[\"format\"|1: expected the header: ",
                "\"products\":2|\"products\":-1|1: expected the header: products is -1; expected a whole number from 0 to 9223372036854775807",
                "\"products\":2|\"products\":3|4: expected product 3 of 3: product is missing",
                "{\"product\":\"Fox\"|{\"product\":\"Tux\"|3: a second product has the name \"Tux\"",
                "{\"product\":\"Fox\"|{\"product\":\"\\u0000\"|2: expected product 1 of 2: name contains the character U+0000",
                "\"price\":0|\"price\":-1|2: expected product 1 of 2: price is -1; expected 0 to 1000000000",
                "\"started\":0|\"started\":1|2: \"Fox\": started with 1, restocked 0, ordered 0: 1 left, but quantity is 0",
                "\"restocked\":5|\"restocked\":6|3: \"Tux\": restocked is 6, but its changes add 5",
                "{\"change\":1|{\"change\":2|4: change 2 found, but change 1 expected",
                "\"add\":5|\"add\":5.0|4: expected change 1 of 1: add: expected a whole number, in digits alone",
                "{\"order\":2|{\"order\":3|6: order 3 found, but order 2 expected",
                "{\"order\":1,\"name\":\"Tux\"|{\"order\":1,\"name\":\"Cat\"|5: order 1 is of \"Cat\", which is no product of this export",
                "\"key\":\"k\"|\"key\":\" k\"|5: expected order 1 of 2: key contains the character U+0020; expected visible ASCII characters",
                "\"quantity\":3|\"quantity\":0|5: expected order 1 of 2: quantity is 0; expected a whole number from 1 to 1000000",
            })
    void namesTheLine(String found, String replacement, String message) {
        String lines = LINES.replace(found, replacement);
        assertThat(lines).isNotEqualTo(LINES);

        assertThatThrownBy(() -> copy(complete(lines)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("lines line " + message);
    }

    @Test
    void refusesALineThatIsNull() {
        assertThatThrownBy(() -> copy("null\n")).hasMessage("lines line 1: expected the header, but found null");
    }

    /** The lines with their end. */
    private static String complete(String lines) {
        CRC32C checksum = new CRC32C();
        checksum.update(lines.getBytes(UTF_8));
        return lines + "{\"end\":" + lines.lines().count() + ",\"crc32c\":\""
                + HexFormat.of().toHexDigits((int) checksum.getValue()) + "\"}\n";
    }

    private static String copy(String lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new CopyReader(new ByteArrayInputStream(lines.getBytes(UTF_8)), "lines").read(new CopyWriter(out));
        return out.toString(UTF_8);
    }
}
