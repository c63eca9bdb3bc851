package toystore.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import toystore.client.Latencies;
import toystore.client.Latencies.Kind;

/**
 * The figures for other programs: a line for each kind of request in a step, latencies in milliseconds. Where there was
 * no such request, the latencies are empty.
 */
final class CsvFile {
    private static final String HEADER =
            "load,clients,request,count,average_ms,p50_ms,p90_ms,p99_ms,max_ms,step_seconds,step_failed";

    private CsvFile() {}

    static void write(Path file, List<StepResult> results) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (StepResult result : results) {
            for (Kind kind : result.load().kinds()) {
                lines.add(line(result, kind));
            }
        }
        Files.write(file, lines);
    }

    private static String line(StepResult result, Kind kind) {
        Latencies latencies = result.latencies();
        String figures = latencies.count(kind) == 0
                ? ",,,,"
                : String.format(
                        Locale.ROOT,
                        "%.4f,%.4f,%.4f,%.4f,%.4f",
                        latencies.average(kind),
                        latencies.percentile(kind, 50),
                        latencies.percentile(kind, 90),
                        latencies.percentile(kind, 99),
                        latencies.percentile(kind, 100));
        return String.format(
                Locale.ROOT,
                "%s,%d,%s,%d,%s,%.3f,%d",
                result.load().label(),
                result.clients(),
                kind.label(),
                latencies.count(kind),
                figures,
                result.took().toMillis() / 1000.0,
                latencies.failed());
    }
}
