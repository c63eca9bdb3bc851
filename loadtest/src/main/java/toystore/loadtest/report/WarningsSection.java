package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import toystore.loadtest.result.Results;

/** What must be known before a figure is believed: the part of the page that stands before all figures. */
final class WarningsSection {
    private WarningsSection() {}

    static String html(Results results) {
        List<String> warnings = of(results);
        if (warnings.isEmpty()) {
            return "";
        }
        Html html = new Html();
        html.open("section", "class", "warnings", "aria-labelledby", "warnings");
        html.element("h2", "Before you believe a figure", "id", "warnings").open("ul");
        warnings.forEach(warning -> html.element("li", warning));
        return html.close("ul").close("section").toString();
    }

    /** Sentences; empty if all went well. */
    static List<String> of(Results results) {
        List<String> warnings = new ArrayList<>();
        if (results.cutShort()) {
            warnings.add("This load test was ended before its time: what follows is what there was until then.");
        }
        warnings.addAll(results.warnings());
        return warnings;
    }
}
