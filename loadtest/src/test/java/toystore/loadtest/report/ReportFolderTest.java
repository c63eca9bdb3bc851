package toystore.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.ResultsFile;

class ReportFolderTest {
    private static final String HOSTILE = "</script><img src=x onerror=alert(1)>\"',\n=1+1 {{data}} $1 \\";

    @TempDir
    Path folder;

    @Test
    void returnsEveryFileThatItWrote() throws Exception {
        List<Path> written = ReportFolder.write(SampleResults.single(), folder.resolve("new/report"));

        assertThat(written)
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "report.html",
                        "results.csv",
                        "percentiles.png",
                        "percentiles.svg",
                        "timeline.png",
                        "timeline.svg",
                        "timeline-throughput.png",
                        "timeline-throughput.svg");
        assertThat(written).allSatisfy(file -> assertThat(file).isNotEmptyFile());
    }

    @Test
    void isTheSameWhenMadeFromResultsJson() throws Exception {
        Results results = SampleResults.rates();
        Path file = folder.resolve("results.json");
        ResultsFile.write(file, results);

        assertThat(page(ResultsFile.read(file))).isEqualTo(page(results));
    }

    @Test
    void refersToNothingOutside() throws Exception {
        String page = page(SampleResults.rates());

        assertThat(found("\\b(src|srcset|action|poster)\\s*=|@import|url\\(", withoutUplot(page)))
                .isEmpty();
        assertThat(found("href=\"[^\"]*", withoutUplot(page))).containsExactly("href=\"data:,");
        // The one address is that of uPlot, in its licence.
        assertThat(page.split("https?://", -1)).hasSize(2);
        assertThat(page).contains("default-src 'none'".replace("'", "&#39;"), "Copyright (c) 2022 Leon Sorokin");
    }

    @Test
    void showsSummaryWarningsAndVerdictsBeforeTheFigures() throws Exception {
        String page = page(SampleResults.rates());

        assertThat(page)
                .containsSubsequence(
                        "<h1>Load test of",
                        "127.0.0.1:8080",
                        "in an open loop with Poisson arrivals, with 64 clients",
                        "160 failed",
                        "mixed 0.75, 3200/s",
                        "Before you believe a figure",
                        "p99 of the generator&#39;s own lag",
                        "Highest rate that held:",
                        "Not held:",
                        "<h2 id=\"plots\">",
                        "<h2 id=\"figures\">",
                        "when it was due",
                        "sending (service time)",
                        "AMD EPYC 7B13",
                        "java -jar loadtest.jar run");
        assertThat(page(SampleResults.clients())).doesNotContain("Before you believe", "Verdicts", "service time");
    }

    @Test
    void showsTheSpreadBetweenRunsIfThereAreSeveral() throws Exception {
        assertThat(page(SampleResults.probabilities())).contains("Spread between the runs");
        assertThat(page(SampleResults.clients())).doesNotContain("Spread between the runs");
    }

    @Test
    void escapesHostileText() throws Exception {
        String page = page(SampleResults.hostile(HOSTILE));

        assertThat(page)
                .doesNotContain("<img")
                .contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;,");
        assertThat(page.split("</script>", -1)).hasSize(3);
        assertThat(page).contains("\\u003c/script>\\u003cimg src=x onerror=alert(1)>\\\"', =1+1 {{data}} $1 \\\\");
    }

    @Test
    void writesCsvThatReadsBack() throws Exception {
        ReportFolder.write(SampleResults.hostile(HOSTILE), folder);
        List<List<String>> hostile = csv(Files.readString(folder.resolve("results.csv")));
        assertThat(hostile).hasSize(3).allSatisfy(line -> assertThat(line).hasSize(26));
        assertThat(hostile.get(1).get(0)).isEqualTo(HOSTILE);
        assertThat(hostile.get(2).subList(7, 12)).containsExactly("request", "error", "1", "", "1.0000");

        ReportFolder.write(SampleResults.hostile("=HYPERLINK(1)"), folder);
        assertThat(csv(Files.readString(folder.resolve("results.csv"))).get(1).get(0))
                .isEqualTo("'=HYPERLINK(1)");
    }

    @Test
    void leavesServiceTimeAndRateEmptyInAClosedLoop() throws Exception {
        ReportFolder.write(SampleResults.probabilities(), folder);

        List<List<String>> lines = csv(Files.readString(folder.resolve("results.csv")));

        List<String> header = lines.get(0);
        assertThat(header)
                .contains(
                        "probability",
                        "offered_per_s",
                        "latency_p99_9_ms",
                        "service_average_ms",
                        "step_unsent",
                        "step_unsolicited");
        assertThat(lines).hasSize(1 + 13);
        List<String> line = lines.get(2);
        assertThat(line.subList(0, 10))
                .containsExactly("mixed 0.25", "mixed", "0.2500", "5", "closed", "", "3", "query", "ok", "2000");
        assertThat(line.subList(header.indexOf("service_average_ms"), header.indexOf("service_max_ms") + 1))
                .containsOnly("");
    }

    private static String page(Results results) throws Exception {
        return HtmlReport.of(results, Plots.of(results));
    }

    private static List<String> found(String pattern, String page) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static String withoutUplot(String page) {
        int start = page.indexOf("/*! https://github.com/leeoniya/uPlot");
        return page.substring(0, start) + page.substring(page.indexOf('\n', page.indexOf('\n', start) + 1));
    }

    /** Parses CSV of RFC 4180. */
    private static List<List<String>> csv(String text) {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '\n')) {
                line.add(field.toString());
                field.setLength(0);
                if (c == '\n') {
                    lines.add(line);
                    line = new ArrayList<>();
                }
            } else {
                field.append(c);
            }
        }
        return lines;
    }
}
