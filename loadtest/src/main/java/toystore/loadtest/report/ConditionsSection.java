package toystore.loadtest.report;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import toystore.loadtest.result.Environment;
import toystore.loadtest.result.Results;

/** The part of the page that says under what conditions it was measured, and how to do so again. */
final class ConditionsSection {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT);
    private static final double GIB = 1L << 30;

    private ConditionsSection() {}

    static String html(Results results) {
        Environment environment = results.environment();
        Html html = new Html();
        html.open("dl");
        add(html, "Started", TIME.format(results.started().atOffset(ZoneOffset.UTC)));
        add(html, "Target", results.target());
        add(html, "Program", results.program());
        add(html, "Seed", String.valueOf(results.seed()));
        add(html, "Commit", environment.commit());
        add(html, "CPU", environment.cpu());
        add(html, "Cores", String.valueOf(environment.cores()));
        add(html, "Memory", ReadableNumbers.number(environment.memory() / GIB) + " GiB");
        add(html, "JVM", environment.jvm());
        add(html, "System", environment.os());
        html.close("dl");
        html.element("h3", "To repeat it", "id", "repeat");
        html.open("div", "class", "command").open("pre", "tabindex", "0", "aria-labelledby", "repeat");
        html.element("code", results.command(), "id", "command").close("pre");
        html.element("button", "Copy", "type", "button", "id", "copy", "hidden", "");
        return html.close("div").toString();
    }

    private static void add(Html html, String name, String value) {
        html.open("div").element("dt", name).element("dd", value).close("div");
    }
}
