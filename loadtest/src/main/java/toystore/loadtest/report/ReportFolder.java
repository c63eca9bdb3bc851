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
 * Writes the report: {@code report.html}, which needs no other file; each of its plots as PNG and SVG; and
 * {@code results.csv}. All files are made from {@link Results} alone, so they can be made again from
 * {@code results.json}.
 */
public final class ReportFolder {
    private ReportFolder() {}

    /**
     * Writes the files, over those of the same name, and makes the folder if necessary.
     *
     * @return the files written, {@code report.html} first
     * @throws IOException if a file cannot be written; the message names it
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
