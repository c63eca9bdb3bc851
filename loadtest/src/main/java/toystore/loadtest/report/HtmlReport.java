package toystore.loadtest.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toystore.loadtest.result.Results;

/**
 * {@code report.html}. Everything it needs is in it, and its content security policy lets a browser load nothing, and run
 * no script but the one that is written here: text from the network stays text even where escaping it was forgotten.
 */
final class HtmlReport {
    /** The version also stands in the parent's pom. */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private HtmlReport() {}

    static String of(Results results, List<Plot> plots) throws IOException {
        String script = "\n" + resource(UPLOT + "dist/uPlot.iife.min.js") + "\n" + resource("report.js");
        SummarySection headline = new SummarySection(results);
        return filled(
                resource("report.html"),
                Map.ofEntries(
                        Map.entry("policy", Html.escaped(policy(script))),
                        Map.entry("licence", resource(UPLOT + "LICENSE").strip()),
                        Map.entry("style", resource(UPLOT + "dist/uPlot.min.css") + "\n" + resource("report.css")),
                        Map.entry("title", Html.escaped(headline.title())),
                        Map.entry("headline", headline.html()),
                        Map.entry("warnings", WarningsSection.html(results)),
                        Map.entry("verdicts", ExpectationsSection.html(results)),
                        Map.entry("plots", figures(plots)),
                        Map.entry("tables", ReportTables.html(results)),
                        Map.entry("conditions", ConditionsSection.html(results)),
                        Map.entry("data", PlotJson.of(plots)),
                        Map.entry("script", script)));
    }

    private static String figures(List<Plot> plots) {
        Html html = new Html();
        for (int i = 0; i < plots.size(); i++) {
            Plot plot = plots.get(i);
            html.open("figure");
            html.open("figcaption").element("h3", plot.title());
            if (!plot.note().isEmpty()) {
                html.element("p", plot.note());
            }
            html.close("figcaption");
            html.element(
                    "div",
                    "",
                    "class",
                    "plot",
                    "data-plot",
                    String.valueOf(i),
                    "role",
                    "img",
                    "aria-label",
                    plot.title());
            html.open("noscript").element("p", "Drawn by a script; or see " + plot.name() + ".png beside this file.");
            html.close("noscript").close("figure");
        }
        return html.toString();
    }

    /** Each place is filled once: what is put in is not looked at again. */
    private static String filled(String skeleton, Map<String, String> contents) {
        Matcher places = PLACE.matcher(skeleton);
        return places.replaceAll(place -> {
            String content = contents.get(place.group(1));
            if (content == null) {
                throw new IllegalStateException("nothing to put at " + place.group() + " of report.html");
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
