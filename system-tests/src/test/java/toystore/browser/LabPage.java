package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;

/** The page of a control room, or of a recording, in the current tab of a browser. Not thread-safe. */
final class LabPage {
    static final int PLOTS = 8;

    private final Browser browser;
    private final String link;

    LabPage(Browser browser, String link) {
        this.browser = browser;
        this.link = link;
    }

    /** Opens the page, and waits until it has drawn all plots. */
    void open() {
        open(PLOTS);
    }

    /** The same, for a store that has fewer. */
    void open(int plots) {
        browser.open("about:blank"); // a page with a fragment is not loaded again otherwise
        browser.open(link);
        await().until(() -> browser.count("#charts canvas") == plots);
    }

    /** Waits until all three services are up. */
    void awaitAllUp() {
        await().until(() -> browser.count(".card[data-state=up]") == 3);
    }

    void awaitState(String service, String state) {
        await().untilAsserted(() ->
                assertThat(browser.text(card(service) + " .state")).isEqualTo(state));
    }

    private static String card(String service) {
        return ".card[data-service=" + service + "]";
    }

    static String button(String action, String service) {
        return card(service) + " [data-action=" + action + "]";
    }

    void press(String action, String service) {
        browser.find(button(action, service)).click();
    }

    /** Returns the actions that are possible for a service now. */
    List<String> possible(String service) {
        return browser.readAll(
                "return [...document.querySelectorAll(arguments[0])].map(button => button.dataset.action)",
                card(service) + " [data-action]:not([aria-disabled=true])");
    }

    /** Returns the events of a kind, the newest first: the time, the text and the milliseconds. */
    List<String> events(String kind) {
        return rows("#events [data-kind=" + kind + "]");
    }

    /** Returns the text of all cells of the rows that match. */
    List<String> rows(String selector) {
        return browser.readAll(
                "return [...document.querySelectorAll(arguments[0])]"
                        + ".map(row => [...row.children].map(cell => cell.textContent).join(' | '))",
                selector);
    }

    /** Returns the newest event of a kind whose text has this in it; empty if there is none. */
    String event(String kind, String text) {
        return events(kind).stream()
                .filter(event -> event.contains(text))
                .findFirst()
                .orElse("");
    }

    /** Returns a number of the scoreboard, as it is shown. */
    String score(String name) {
        return browser.read(
                "return [...document.querySelectorAll('#tiles div')]"
                        + ".find(tile => tile.firstChild.textContent === arguments[0]).lastChild.textContent",
                name);
    }

    /** Returns how many plots have pixels of this colour of the style sheet. */
    int plotsWith(String colour) {
        return (int) browser.measure("""
                const colour = getComputedStyle(document.body).getPropertyValue(arguments[0]);
                const [red, green, blue] = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
                return [...document.querySelectorAll("#charts canvas")].filter(canvas => {
                  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                  for (let i = 0; i < data.length; i += 4) {
                    if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) return true;
                  }
                  return false;
                }).length;
                """, colour);
    }

    /** Returns all plots as images, and all text, once what is known is drawn. */
    List<String> picture() {
        return browser.readAll("""
                const frame = () => new Promise(requestAnimationFrame);
                return frame().then(frame).then(() => [
                  ...[...document.querySelectorAll("#charts canvas")].map(canvas => canvas.toDataURL()),
                  document.body.innerText]);
                """);
    }

    /** Returns the texts that a screen reader has spoken since the page was opened. */
    List<String> announcements() {
        return browser.readAll("return probe.announcements");
    }

    /** Returns the number of requests for the state. */
    int polls() {
        return (int) browser.measure("return probe.fetches.filter(path => path.startsWith('/api/state')).length");
    }

    /** Returns the violations of the Content Security Policy and the errors of scripts since the page was opened. */
    List<String> faults() {
        return browser.readAll("return [...probe.violations, ...probe.errors]");
    }
}
