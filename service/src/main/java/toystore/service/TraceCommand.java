package toystore.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.common.log.Trace;

/**
 * Prints the log lines of one request from all three services, in the order in which they began. It needs only the log
 * files. A line that ends with a duration was written when that time had passed, so it began earlier; any other line is
 * shown at the time at which it was written.
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
    private static final List<String> SERVICES = List.of("frontend", "orders", "catalog");

    /** Time, level, thread, trace, message. A line of a stack trace is indented, and does not match. */
    private static final Pattern LINE = Pattern.compile("(\\d{4}-\\S+Z) +(\\S+) +\\[(\\S+)] (\\S+) (.*)");

    private static final Pattern DURATION = Pattern.compile("(.*) in (\\d+\\.\\d{3}) ms");

    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "Folder of the store; its logs are in logs/ (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
    private Path data;

    @Parameters(paramLabel = "ID", description = "The request's X-Request-Id.")
    private String id;

    /** One log line about the request; {@code took} is "-" if the line has no duration. */
    private record Event(Instant start, long micros, String service, String thread, String took, String text) {
        static final Comparator<Event> ORDER = Comparator.comparing(Event::start)
                .thenComparing(Event::micros, Comparator.reverseOrder()); // the caller before what it calls
    }

    @Override
    public Integer call() throws IOException {
        print(data.resolve("logs"), id, System.out);
        return Program.OK;
    }

    /**
     * Prints the table of a request.
     *
     * @throws IllegalArgumentException if no request can have that id
     * @throws IOException if a log cannot be read, there is none, or the id is in none of them
     */
    static void print(Path logs, String id, PrintStream out) throws IOException {
        if (!Trace.isValid(id)) {
            throw new IllegalArgumentException("\"" + id + "\" is not the id of a request; expected 1 to "
                    + Trace.MAX_LENGTH + " letters, digits and ._~:/+=@-, and a letter or digit first");
        }
        List<Path> files = SERVICES.stream()
                .map(service -> logs.resolve(service + ".log"))
                .filter(Files::isRegularFile)
                .toList();
        if (files.isEmpty()) {
            throw new IOException("there is no log yet in " + logs);
        }
        List<Event> events = new ArrayList<>();
        for (Path file : files) {
            events.addAll(read(file, id));
        }
        if (events.isEmpty()) {
            throw new IOException("no request with the id " + id + " in "
                    + files.stream().map(Path::toString).collect(Collectors.joining(", "))
                    + " (a store logs requests if it was opened with TOYSTORE_ACCESS_LOG=on)");
        }
        events.sort(Event.ORDER);
        print(events, out);
    }

    private static List<Event> read(Path file, String id) throws IOException {
        String service = file.getFileName().toString().replaceFirst("\\.log$", "");
        String mark = "] " + id + " ";
        // not Files.lines, which refuses a file with a byte that is not UTF-8
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8))) {
            return lines.lines()
                    .filter(line -> line.contains(mark))
                    .flatMap(line -> event(service, line, id))
                    .toList();
        }
    }

    private static Stream<Event> event(String service, String line, String id) {
        Matcher words = LINE.matcher(line);
        if (!words.matches() || !words.group(4).equals(id)) {
            return Stream.empty();
        }
        Instant written = Instant.parse(words.group(1));
        String level = words.group(2);
        String text = words.group(5);
        Matcher duration = DURATION.matcher(text);
        if (!level.equals("INFO")) {
            return Stream.of(new Event(written, 0, service, words.group(3), "-", level + " " + text));
        }
        if (!duration.matches()) {
            return Stream.of(new Event(written, 0, service, words.group(3), "-", text));
        }
        String took = duration.group(2);
        long micros = Long.parseLong(took.replace(".", ""));
        Instant start = written.minus(micros, ChronoUnit.MICROS);
        return Stream.of(new Event(start, micros, service, words.group(3), took, duration.group(1)));
    }

    private static void print(List<Event> events, PrintStream out) {
        String row = "%-27s  %10s  %-8s  %-20s  %10s  %s%n";
        out.printf(Locale.ROOT, row, "start", "after ms", "service", "thread", "took ms", "what");
        Instant first = events.get(0).start();
        for (Event event : events) {
            double after = first.until(event.start(), ChronoUnit.MICROS) / 1000.0;
            out.printf(
                    Locale.ROOT,
                    row,
                    MICROSECONDS.format(event.start()),
                    String.format(Locale.ROOT, "%.3f", after),
                    event.service(),
                    event.thread(),
                    event.took(),
                    event.text());
        }
    }
}
