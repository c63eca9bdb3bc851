package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** The rules of WCAG 2.2, levels A and AA, as far as axe-core can check them. */
final class Axe {
    private static final String PROGRAM = Browser.resource("/axe.min.js");
    private static final List<String> RULES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");

    private Axe() {}

    /** Checks the page as it is now, with what is outside of the screen. */
    static void assertNoViolations(Browser browser) {
        if (browser.check("return !window.axe")) {
            browser.run(PROGRAM);
        }
        List<String> violations = browser.readAll("""
                const options = { runOnly: arguments[0], preload: false, resultTypes: ["violations"] };
                return axe.run(options).then(results => results.violations.flatMap(
                  rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary} ${node.html}`)));
                """, RULES);
        assertThat(violations).isEmpty();
    }
}
