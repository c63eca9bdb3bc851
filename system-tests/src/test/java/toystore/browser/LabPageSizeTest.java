package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** The page of the lab stays small, with the library that draws its plots. */
class LabPageSizeTest {
    private static final int KB = 1024;
    private static final String PAGE = "/toystore/lab/room/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    @Test
    void isAtMost92Kilobytes() throws IOException {
        int sum = size(PAGE + "index.html")
                + size(PAGE + "room.css")
                + size(PAGE + "room.js")
                + size(UPLOT + "uPlot.min.css")
                + size(UPLOT + "uPlot.iife.min.js");

        assertThat(sum).isLessThanOrEqualTo(92 * KB);
    }

    private static int size(String file) throws IOException {
        try (InputStream in = LabPageSizeTest.class.getResourceAsStream(file)) {
            return in.readAllBytes().length;
        }
    }
}
