package toystore.loadtest.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toystore.loadtest.result.OutputFile;
import toystore.loadtest.result.Results;

/**
 * A folder that shows what a load test found: {@code report.html}, which needs nothing but itself; each of its plots as
 * PNG and SVG; and {@code results.csv}. All of it is made of {@link Results} alone, so it can be made again from
 * {@code results.json}.
 */
public final class ReportFolder {
    private ReportFolder() {}

    /**
     * Writes the files, over those of the same name; the folder is made if there is none.
     *
     * @return what was written, the page first
     * @throws IOException if one cannot be written
     */
    public static List<Path> write(Results results, Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Plot> plots = Plots.of(results);
        Path page = folder.resolve("report.html");
        OutputFile.write(page, HtmlReport.of(results, plots).getBytes(StandardCharsets.UTF_8));
        Path csv = folder.resolve("results.csv");
        CsvFile.write(csv, results);
        List<Path> written = new ArrayList<>(List.of(page, csv));
        for (Plot plot : plots) {
            written.addAll(PlotFiles.write(plot, folder));
        }
        return written;
    }
}
