package toystore.loadtest.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Environment;
import toystore.loadtest.result.Results.ExpectationResult;

/**
 * {@code report.html}, a page that needs no other file. Its content security policy lets a browser load nothing and run
 * only the script of the page, so text from the network stays text even where escaping was forgotten.
 */
final class HtmlReport {
    /** With the version of the parent's pom. */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT);
    private static final double GIB = 1L << 30;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private HtmlReport() {}

    static String of(Results results, List<Plot> plots) throws IOException {
        String script = "\n" + resource(UPLOT + "dist/uPlot.iife.min.js") + "\n" + resource("report.js");
        SummarySection summary = new SummarySection(results);
        return filled(
                resource("report.html"),
                Map.ofEntries(
                        Map.entry("policy", Html.escaped(policy(script))),
                        Map.entry("licence", resource(UPLOT + "LICENSE").strip()),
                        Map.entry("style", resource(UPLOT + "dist/uPlot.min.css") + "\n" + resource("report.css")),
                        Map.entry("title", Html.escaped(summary.title())),
                        Map.entry("headline", summary.html()),
                        Map.entry("warnings", warnings(results)),
                        Map.entry("verdicts", verdicts(results)),
                        Map.entry("plots", figures(plots)),
                        Map.entry("tables", ReportTables.html(results)),
                        Map.entry("conditions", conditions(results)),
                        Map.entry("data", json(plots)),
                        Map.entry("script", script)));
    }

    /** Returns the warnings that put figures in doubt; empty if there are none. */
    private static String warnings(Results results) {
        List<String> warnings = new ArrayList<>(results.warnings());
        if (results.cutShort()) {
            warnings.add(0, "This load test was interrupted: the figures are those measured until then.");
        }
        if (warnings.isEmpty()) {
            return "";
        }
        Html html = new Html();
        html.open("section", "class", "warnings", "aria-labelledby", "warnings");
        html.element("h2", "Before you believe a figure", "id", "warnings").open("ul");
        warnings.forEach(warning -> html.element("li", warning));
        return html.close("ul").close("section").toString();
    }

    /** Whether the expectations hold; empty if there are none. */
    private static String verdicts(Results results) {
        if (results.expectations().isEmpty() && results.maxRate() == null) {
            return "";
        }
        Html html = new Html();
        html.open("section", "aria-labelledby", "verdicts").element("h2", "Verdicts", "id", "verdicts");
        html.open("ul", "class", "verdicts");
        if (results.maxRate() != null) {
            html.open("li", "class", "held").element("strong", "Highest rate that held:");
            html.text(" " + ReadableNumbers.number(results.maxRate()) + " requests per second")
                    .close("li");
        }
        for (ExpectationResult result : results.expectations()) {
            html.open("li", "class", result.held() ? "held" : "broken");
            html.element("strong", result.held() ? "Held:" : "Not held:");
            html.text(" ").element("code", result.expected());
            html.text(" — " + result.found()).close("li");
        }
        return html.close("ul").close("section").toString();
    }

    private static String figures(List<Plot> plots) {
        Html html = new Html();
        for (int i = 0; i < plots.size(); i++) {
            Plot plot = plots.get(i);
            html.open("figure").open("figcaption").element("h3", plot.title());
            if (!plot.note().isEmpty()) {
                html.element("p", plot.note());
            }
            html.close("figcaption");
            html.open("div", "class", "plot", "data-plot", "" + i, "role", "img", "aria-label", plot.title())
                    .close("div");
            html.open("noscript")
                    .element("p", "A script draws this plot; without it, see " + plot.name() + ".png beside this file.")
                    .close("noscript")
                    .close("figure");
        }
        return html.toString();
    }

    /** The conditions of the measurement, and the command that repeats it. */
    private static String conditions(Results results) {
        Environment environment = results.environment();
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("Started", TIME.format(results.started().atOffset(ZoneOffset.UTC)));
        conditions.put("Target", results.target());
        conditions.put("Program", results.program());
        conditions.put("Seed", String.valueOf(results.seed()));
        conditions.put("Commit", environment.commit());
        conditions.put("CPU", environment.cpu());
        conditions.put("Cores", String.valueOf(environment.cores()));
        conditions.put("Memory", ReadableNumbers.number(environment.memory() / GIB) + " GiB");
        conditions.put("JVM", environment.jvm());
        conditions.put("System", environment.os());
        Html html = new Html();
        html.open("dl");
        conditions.forEach((name, value) ->
                html.open("div").element("dt", name).element("dd", value).close("div"));
        html.close("dl");
        html.element("h3", "To repeat it", "id", "repeat");
        html.open("div", "class", "command").open("pre", "tabindex", "0", "aria-labelledby", "repeat");
        html.element("code", results.command(), "id", "command").close("pre");
        html.element("button", "Copy", "type", "button", "id", "copy", "hidden", "");
        return html.close("div").toString();
    }

    /** The plots as {@code report.js} reads them, safe inside an element of HTML. */
    private static String json(List<Plot> plots) {
        List<PlotJson> json = plots.stream()
                .map(plot -> new PlotJson(
                        plot.title(),
                        plot.x(),
                        plot.y(),
                        plot.series().stream().map(SeriesJson::of).toList()))
                .toList();
        return MAPPER.writeValueAsString(json).replace("<", "\\u003c"); // no text can end the element
    }

    private record PlotJson(String title, PlotAxis x, PlotAxis y, List<SeriesJson> series) {}

    /** A series; y is null where the line is interrupted. */
    private record SeriesJson(
            String label, String colour, Plot.Line line, boolean marked, List<Double> xs, List<Double> ys) {
        static SeriesJson of(Plot.Series series) {
            return new SeriesJson(
                    series.label(),
                    series.colour().hex(),
                    series.line(),
                    series.marked(),
                    series.points().stream().map(Plot.Point::x).toList(),
                    series.points().stream()
                            .map(point -> point.isPresent() ? point.y() : null)
                            .toList());
        }
    }

    /** Replaces the placeholders of a template; placeholders in the contents stay as they are. */
    private static String filled(String template, Map<String, String> contents) {
        return PLACEHOLDER.matcher(template).replaceAll(found -> {
            String content = contents.get(found.group(1));
            if (content == null) {
                throw new IllegalStateException("no content for " + found.group() + " in report.html");
            }
            return Matcher.quoteReplacement(content);
        });
    }

    private static String policy(String script) {
        return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" + sha256(script)
                + "'";
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is not in this program's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
