package toystore.service;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import toystore.common.cli.Program;
import toystore.common.cli.Terminal;
import toystore.common.cli.Version;
import toystore.service.TraceReader.Line;

/**
 * Prints the log lines of one request from all services, in the order in which they began; and below, each line
 * that has a duration, and its phases, as bars.
 */
@Command(
        name = "trace",
        description = "Prints the log lines of one request from all services, in the order in which they began.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the request was found",
            "1:it is in no log, or there is no log",
            "2:a flag or the id is wrong",
        })
public final class TraceCommand implements Callable<Integer> {
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description =
                    "Folder of the store; its logs are in logs/, or of its cells in cell-1/logs/ and so on (TOYSTORE_DATA;"
                            + " now ${DEFAULT-VALUE}).")
    private Path data;

    @Parameters(paramLabel = "ID", description = "The request's X-Request-Id.")
    private String id;

    @Override
    public Integer call() throws IOException {
        print(data, id, System.out, Terminal.charset());
        return Program.OK;
    }

    /**
     * Prints the table of a request, and its spans.
     *
     * @param data folder of the store
     * @param charset of the output
     * @throws IllegalArgumentException if no request can have that id
     * @throws IOException if a log cannot be read, there is none, or the id is in none of them
     */
    static void print(Path data, String id, PrintStream out, Charset charset) throws IOException {
        TraceReader reader = TraceReader.ofStore(data);
        List<Line> lines = reader.lines(id);
        if (reader.files().isEmpty()) {
            throw new IOException(
                    "there is no log yet in " + data.resolve("logs") + "; --data names the folder of a store");
        }
        if (lines.isEmpty()) {
            throw new IOException("no log of the store in " + data + " has a request with the id " + id
                    + "; a store logs requests if it was opened with TOYSTORE_ACCESS_LOG=on");
        }
        printTable(lines, out);
        if (lines.stream().flatMap(Line::spans).count() > 1) {
            out.println();
            new SpanChart(lines, charset).print(out);
        }
    }

    private static void printTable(List<Line> lines, PrintStream out) {
        String row = "%-27s  %10s  %-" + SpanChart.serviceWidth(lines) + "s  %-20s  %10s  %s%n";
        out.printf(Locale.ROOT, row, "start", "after ms", "service", "thread", "took ms", "what");
        Instant first = lines.get(0).start();
        for (Line line : lines) {
            out.printf(
                    Locale.ROOT,
                    row,
                    MICROSECONDS.format(line.start()),
                    SpanChart.millis(Duration.between(first, line.start())),
                    line.service(),
                    line.thread(),
                    line.took().map(SpanChart::millis).orElse("-"),
                    line.text());
        }
    }
}
