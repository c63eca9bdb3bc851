package toystore.service;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import toystore.service.TraceReader.Line;
import toystore.service.TraceReader.Span;

/**
 * The spans of a request as text: a row for each, with a bar to scale.
 *
 * <p>The bars show the time of the first span, that of the request at the frontend. A span that begins when the request
 * is over, as the catalog applies an order later, has an arrow at the right end.
 */
final class SpanChart {
    private static final int NAME = 26; // characters
    private static final int WIDTH = 40;

    private final List<Line> lines;
    private final String row;
    private final Instant first;
    private final long nanos; // the width of the chart
    private final Glyphs glyphs;

    /**
     * The characters of bars.
     *
     * @param full a part of a bar
     * @param thin a bar that begins and ends at the same character
     * @param later a bar that begins after the end of the chart
     */
    private record Glyphs(String full, String thin, String later) {
        private static final Glyphs BLOCKS = new Glyphs("█", "▏", "→");
        private static final Glyphs ASCII = new Glyphs("#", "|", ">");

        static Glyphs in(Charset charset) {
            return charset.newEncoder().canEncode(BLOCKS.full + BLOCKS.thin + BLOCKS.later) ? BLOCKS : ASCII;
        }
    }

    /** @param lines at least one of which has a duration */
    SpanChart(List<Line> lines, Charset charset) {
        Span root = lines.stream().flatMap(Line::spans).findFirst().orElseThrow();
        this.lines = lines;
        this.row = "%-" + serviceWidth(lines) + "s  %-" + NAME + "s  %10s  %10s  ";
        this.first = root.start();
        this.nanos = Math.max(1, root.took().toNanos());
        this.glyphs = Glyphs.in(charset);
    }

    /** The width of the column for the services, in characters. */
    static int serviceWidth(List<Line> lines) {
        return lines.stream().mapToInt(line -> line.service().length()).reduce("frontend".length(), Math::max);
    }

    void print(PrintStream out) {
        out.printf(Locale.ROOT, row.stripTrailing() + "%n", "service", "span", "after ms", "took ms");
        for (Line line : lines) {
            List<Span> spans = line.spans().toList();
            for (int i = 0; i < spans.size(); i++) {
                print(spans.get(i), i > 0, out);
            }
        }
    }

    /** The whole words of a name that have room; the listing above the chart has the others. */
    private static String shortened(String name) {
        if (name.length() <= NAME) {
            return name;
        }
        int end = name.lastIndexOf(' ', NAME);
        return end > NAME / 2 ? name.substring(0, end) : name.substring(0, NAME - 2) + "..";
    }

    private void print(Span span, boolean isPhase, PrintStream out) {
        Duration after = Duration.between(first, span.start());
        String name = shortened(span.name());
        out.printf(
                Locale.ROOT,
                row + "%s%n",
                isPhase ? "" : span.service(),
                isPhase ? "  " + name : name,
                millis(after),
                millis(span.took()),
                bar(after.toNanos(), span.took().toNanos()));
    }

    private String bar(long start, long took) {
        if (start >= nanos) {
            return " ".repeat(WIDTH) + glyphs.later;
        }
        int from = column(start);
        int to = column(start + took);
        return from == to
                ? " ".repeat(Math.min(from, WIDTH - 1)) + glyphs.thin
                : " ".repeat(from) + glyphs.full.repeat(to - from);
    }

    /** The nearest column, so that a phase ends where the next one begins. */
    private int column(long after) {
        return (int) Math.round((double) WIDTH * Math.min(after, nanos) / nanos);
    }

    /** A duration in milliseconds, with three decimals. */
    static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e6);
    }
}
