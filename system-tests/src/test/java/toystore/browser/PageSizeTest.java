package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page stays small. */
class PageSizeTest {
    private static final int KB = 1024;

    @ParameterizedTest
    @CsvSource({"index.html, 5", "store.css, 8", "store.js, 16"})
    void isAtMost(String file, int kilobytes) throws IOException {
        assertThat(read(file)).hasSizeLessThanOrEqualTo(kilobytes * KB);
    }

    @Test
    void isAtMost12KilobytesCompressed() throws IOException {
        int sum = compressed("index.html") + compressed("store.css") + compressed("store.js");

        assertThat(sum).isLessThanOrEqualTo(12 * KB);
    }

    private static int compressed(String file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(read(file));
        }
        return bytes.size();
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = PageSizeTest.class.getResourceAsStream("/toystore/frontend/site/" + file)) {
            return in.readAllBytes();
        }
    }
}
