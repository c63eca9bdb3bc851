package toystore.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.loadtest.result.Results;

class ReportInBrowserTest {
    private final Optional<Chromium> browser = Chromium.onPath();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @BeforeEach
    void needsABrowser() {
        assumeTrue(browser.isPresent(), "no chromium on PATH");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void drawsEveryPlotWithoutConsoleMessages(boolean hasSteps) throws Exception {
        Results results = hasSteps ? SampleResults.clients() : SampleResults.none();

        Chromium.Page page = opened(results);

        int plots = Plots.of(results).size();
        assertThat(page.messages()).isEmpty();
        assertThat(page.dom()).contains("data-plots=\"" + plots + "\"");
        assertThat(page.dom().split("<canvas", -1)).hasSize(plots + 1);
    }

    @Test
    void showsTheLastValueOfEachLineInTheLegend() throws Exception {
        Results results = SampleResults.clients();
        Chromium.Page page = opened(results);

        assertThat(values(page)).isNotEmpty().doesNotContain("", "–", "--").startsWith("5");
        double average =
                results.steps().get(4).kinds().get(0).latency().orElseThrow().average();
        assertThat(Double.parseDouble(values(page).get(1))).isCloseTo(average, withinPercentage(1));
    }

    /** The width of a phone. */
    @Test
    void hasATickForEachNumberOfClientsAlsoInANarrowWindow() throws Exception {
        String whole = HtmlReport.of(SampleResults.clients(), Plots.of(SampleResults.clients()));
        Path file = folder.resolve("narrow.html");
        Files.writeString(file, whole.replace("<body>", "<body style=\"width: 390px\">")); // no window is that narrow

        Chromium.Page page = browser.orElseThrow().open(file, folder.resolve("browser"));

        assertThat(page.messages()).isEmpty();
        List<String> ticks = ticks(page);
        assertThat(ticks).hasSize(Plots.of(SampleResults.clients()).size());
        assertThat(ticks.subList(0, 8)).containsOnly("1, 2, 3, 4, 5");
        assertThat(ticks.get(8)).startsWith("0\u202f%, ").contains("90\u202f%, 99\u202f%, 99.9\u202f%");
    }

    @Test
    void labelsTheDecadesOfALogarithmicAxis() throws Exception {
        Chromium.Page page = opened(SampleResults.rates());

        assertThat(page.messages()).isEmpty();
        assertThat(List.of(ticks(page).get(0).split(", "))).contains("100", "1\u202f000", "10\u202f000");
    }

    private static List<String> values(Chromium.Page page) {
        return matches("class=\"u-value\">([^<]*)<", page);
    }

    private static List<String> ticks(Chromium.Page page) {
        return matches("data-ticks=\"([^\"]*)\"", page);
    }

    private static List<String> matches(String pattern, Chromium.Page page) {
        return Pattern.compile(pattern)
                .matcher(page.dom())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void showsHostileTextWithoutRunningIt() throws Exception {
        Chromium.Page page = opened(SampleResults.hostile(
                "</script><img src=x onerror=console.error(1)><script>console.error(2)</script>"));

        assertThat(page.messages()).isEmpty();
        assertThat(page.dom()).contains("&lt;/script&gt;&lt;img src=x").doesNotContain("<img");
        assertThat(page.dom()).containsPattern("data-plots=\"[1-9]");
    }

    @Test
    void letsTheBrowserLoadNothing() throws Exception {
        String page = HtmlReport.of(SampleResults.single(), Plots.of(SampleResults.single()));
        Path file = folder.resolve("changed.html");
        Files.writeString(file, page.replace("</main>", "<img src=\"http://127.0.0.1:9/x.png\"></main>"));

        assertThat(browser.orElseThrow().open(file, folder.resolve("browser")).messages())
                .anyMatch(message -> message.contains("Content Security Policy"));
    }

    private Chromium.Page opened(Results results) throws Exception {
        ReportFolder.write(results, folder.resolve("report"));
        return browser.orElseThrow().open(folder.resolve("report").resolve("report.html"), folder.resolve("browser"));
    }
}
