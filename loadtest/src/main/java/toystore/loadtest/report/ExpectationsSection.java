package toystore.loadtest.report;

import toystore.loadtest.result.ExpectationResult;
import toystore.loadtest.result.Results;

/** The part of the page that says whether what was expected was found; empty if nothing was. */
final class ExpectationsSection {
    private ExpectationsSection() {}

    static String html(Results results) {
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
        results.expectations().forEach(judgement -> add(html, judgement));
        return html.close("ul").close("section").toString();
    }

    private static void add(Html html, ExpectationResult judgement) {
        html.open("li", "class", judgement.held() ? "held" : "broken");
        html.element("strong", judgement.held() ? "Held:" : "Not held:");
        html.text(" ").element("code", judgement.expected());
        html.text(" — " + judgement.found()).close("li");
    }
}
