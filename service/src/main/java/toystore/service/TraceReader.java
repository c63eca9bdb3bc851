package toystore.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import toystore.common.log.Trace;

/**
 * Reads the log lines of one request from the logs of all services. It needs only the log files.
 *
 * <pre>
 *   2026-11-23T00:31:53.572562Z INFO  [frontend-session-9] order-of-ann POST /orders 201 119 bytes: parse 0.301,
 *   orders 3.411, reply 0.293 in 4.005 ms
 * </pre>
 *
 * A line that ends with a duration was written when that time had passed, so it began earlier; any other line is taken
 * for the time at which it was written. The phases of a line follow each other from its beginning on. {@link CallOrder}
 * corrects times that the order of calls contradicts.
 */
public final class TraceReader {
    /** In the order in which they call each other. */
    static final List<String> SERVICES = List.of("frontend", "orders", "catalog");

    /** Time, level, thread, trace, message. A line of a stack trace is indented, and does not match. */
    private static final Pattern LINE = Pattern.compile("(\\d{4}-\\S+Z) +(\\S+) +\\[(\\S+)] (\\S+) (.*)");

    private static final Pattern DURATION = Pattern.compile("(.*) in (\\d+\\.\\d{3}) ms");
    private static final Pattern PHASE = Pattern.compile("([a-z]+) (\\d+\\.\\d{3})");
    private static final Pattern PHASES = Pattern.compile("(.*): (" + PHASE + "(?:, " + PHASE + ")*)");

    /** Folder of a cell in the folder of its store. */
    private static final Pattern CELL = Pattern.compile("cell-[1-9]");

    private final List<LogFile> logs; // some may not exist

    /** @param service with its cell, if the store has cells: {@code cell-2 orders} */
    private record LogFile(Path file, String service) {}

    /**
     * A part of the way of a request that took some time.
     *
     * @param service that wrote it into its log
     * @param name text of the log line without its duration, or name of one of its phases
     */
    public record Span(String service, String name, Instant start, Duration took) {
        Instant end() {
            return start.plus(took);
        }

        private Span shifted(Duration shift) {
            return new Span(service, name, start.plus(shift), took);
        }
    }

    /**
     * A log line.
     *
     * @param took empty if the line has no duration
     * @param text without duration and phases
     */
    record Line(String service, String thread, String text, Instant start, Optional<Duration> took, List<Span> phases) {
        private static final Comparator<Line> ORDER = Comparator.comparing(Line::start)
                .thenComparing(line -> line.took.orElse(Duration.ZERO), Comparator.reverseOrder()); // the caller first

        /** Whether a service, of any cell, wrote the line. */
        boolean isOf(String name) {
            return service.equals(name) || service.endsWith(" " + name);
        }

        /** The name of the cell, with a space; empty in a store without cells. */
        String cell() {
            return service.substring(0, service.lastIndexOf(' ') + 1);
        }

        /** The same line, begun at another time. */
        Line startedAt(Instant time) {
            Duration shift = Duration.between(start, time);
            return new Line(
                    service,
                    thread,
                    text,
                    time,
                    took,
                    phases.stream().map(phase -> phase.shifted(shift)).toList());
        }

        /** The line as a span, and its phases. None if the line has no duration. */
        Stream<Span> spans() {
            return Stream.concat(
                    took.stream().map(duration -> new Span(service, text, start, duration)), phases.stream());
        }
    }

    /** @param logs folder of the log files, which are named after the services */
    public TraceReader(Path logs) {
        this(logs(logs, ""));
    }

    private TraceReader(List<LogFile> logs) {
        this.logs = logs;
    }

    /**
     * A reader of all logs of a store: of those in {@code logs}, and in {@code cell-1/logs} and so on.
     *
     * @param data folder of the store, which may be missing
     * @throws IOException if the folder cannot be read
     */
    static TraceReader ofStore(Path data) throws IOException {
        List<LogFile> logs = new ArrayList<>(logs(data.resolve("logs"), ""));
        if (Files.isDirectory(data)) {
            try (Stream<Path> files = Files.list(data)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> CELL.matcher(name).matches())
                        .sorted()
                        .forEach(cell -> logs.addAll(logs(data.resolve(cell).resolve("logs"), cell + " ")));
            }
        }
        return new TraceReader(logs);
    }

    private static List<LogFile> logs(Path folder, String cell) {
        return SERVICES.stream()
                .map(service -> new LogFile(folder.resolve(service + ".log"), cell + service))
                .toList();
    }

    /**
     * The spans of a request: those of lines in the order in which they began, each followed by its phases.
     *
     * @return none if the request is in no log
     * @throws IllegalArgumentException if no request can have that id
     */
    public List<Span> spans(String id) throws IOException {
        return lines(id).stream().flatMap(Line::spans).toList();
    }

    /** The lines of a request, in the order in which they began; throws as {@link #spans} does. */
    List<Line> lines(String id) throws IOException {
        if (!Trace.isValid(id)) {
            throw new IllegalArgumentException("\"" + id + "\" is not the id of a request; expected 1 to "
                    + Trace.MAX_LENGTH + " letters, digits and ._~:/+=@-, and a letter or digit first");
        }
        List<Line> lines = new ArrayList<>();
        for (LogFile log : existing()) {
            lines.addAll(read(log, id));
        }
        return CallOrder.correct(lines).stream().sorted(Line.ORDER).toList();
    }

    /** The log files that exist. */
    List<Path> files() {
        return existing().stream().map(LogFile::file).toList();
    }

    private List<LogFile> existing() {
        return logs.stream().filter(log -> Files.isRegularFile(log.file)).toList();
    }

    private static List<Line> read(LogFile log, String id) throws IOException {
        String mark = "] " + id + " ";
        // not Files.lines, which refuses a file with a byte that is not UTF-8
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Files.newInputStream(log.file), UTF_8))) {
            return lines.lines()
                    .filter(line -> line.contains(mark))
                    .flatMap(line -> line(log.service, line, id))
                    .toList();
        }
    }

    private static Stream<Line> line(String service, String line, String id) {
        Matcher words = LINE.matcher(line);
        if (!words.matches() || !words.group(4).equals(id)) {
            return Stream.empty();
        }
        Instant written = Instant.parse(words.group(1));
        String level = words.group(2);
        String thread = words.group(3);
        String text = words.group(5);
        Matcher duration = DURATION.matcher(text);
        if (!level.equals("INFO")) {
            return Stream.of(new Line(service, thread, level + " " + text, written, Optional.empty(), List.of()));
        }
        if (!duration.matches()) {
            return Stream.of(new Line(service, thread, text, written, Optional.empty(), List.of()));
        }
        Duration took = millis(duration.group(2));
        Instant start = written.minus(took);
        Matcher phases = PHASES.matcher(duration.group(1));
        return Stream.of(
                phases.matches()
                        ? new Line(
                                service,
                                thread,
                                phases.group(1),
                                start,
                                Optional.of(took),
                                phases(service, phases.group(2), start))
                        : new Line(service, thread, duration.group(1), start, Optional.of(took), List.of()));
    }

    private static List<Span> phases(String service, String text, Instant start) {
        List<Span> phases = new ArrayList<>();
        Instant next = start;
        for (Matcher phase = PHASE.matcher(text); phase.find(); ) {
            Duration took = millis(phase.group(2));
            phases.add(new Span(service, phase.group(1), next, took));
            next = next.plus(took);
        }
        return phases;
    }

    /** A duration from milliseconds with three decimals. */
    private static Duration millis(String text) {
        return Duration.of(Long.parseLong(text.replace(".", "")), ChronoUnit.MICROS);
    }
}
