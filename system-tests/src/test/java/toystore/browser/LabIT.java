package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import toystore.common.ResourceStack;
import toystore.system.ProgramRun;

/** The control room in a browser. The tests share one lab. */
class LabIT {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String HOSTILE = "<img src=x onerror=alert(1)></script>";
    private static final ResourceStack opened = new ResourceStack();

    private static Browser browser;
    private static RunningLab lab;

    private LabPage page;

    @BeforeAll
    static void open() throws IOException {
        browser = Browser.open();
        opened.add(browser::close);
        lab = opened.add(RunningLab.start("--shoppers", "3"));
    }

    @AfterAll
    static void close() throws IOException {
        opened.close();
    }

    @BeforeEach
    void openPage() {
        browser.emulate("", Map.of());
        browser.resize(1280, 900);
        page = new LabPage(browser, lab.link());
        page.open();
        page.awaitAllUp();
    }

    @AfterEach
    void assertNoFaults() {
        assertThat(page.faults()).isEmpty();
    }

    @Test
    void showsAKillAsABandAnEventAndAnOutageAndNothingIsLost() throws Exception {
        page.press("kill", "orders");

        await().until(() -> page.event("kill", "kill -9 orders").matches(".* \\| [0-9,]+"));
        assertThat(page.event("ready", "orders is ready")).isNotEmpty();
        await().until(() -> page.events("outage").get(0).matches(".* \\| [0-9,]+"));
        assertThat(page.plotsWith("--state-dead")).isEqualTo(LabPage.PLOTS);
        assertThat(page.announcements())
                .anyMatch(text -> text.contains("kill -9 orders"))
                .anyMatch(text -> text.contains("orders again, after"))
                .allMatch(text -> text.matches(".*(kill -9 orders|no order is acknowledged|orders again, after).*"));
        assertPromisesAreKept();
    }

    /** Checks, and waits for the result. */
    private void assertPromisesAreKept() {
        int checks = page.events("check").size();
        browser.find("#check").click();
        await().until(() -> page.events("check").size() > checks
                && browser.text("#checked summary").startsWith("Checked at "));
        assertThat(browser.text("#checked summary")).endsWith(": 0 lost, 0 doubled, 0 oversold");
        assertThat(List.of(page.score("lost"), page.score("doubled"), page.score("oversold")))
                .containsOnly("0");
    }

    @Test
    void offersTheActionsThatArePossible() {
        page.press("freeze", "catalog");
        page.awaitState("catalog", "frozen");
        await().until(() -> page.possible("catalog").equals(List.of("kill", "thaw")));

        page.press("thaw", "catalog");
        page.awaitAllUp();
        assertThat(page.possible("catalog")).containsExactly("kill", "freeze", "stop");
        assertThat(page.event("freeze", "catalog")).isNotEmpty();
        assertThat(page.event("thaw", "catalog")).isNotEmpty();

        page.press("stop", "frontend");
        page.awaitState("frontend", "dead");
        assertThat(browser.text(".card[data-service=frontend] .facts")).contains("exit code 0");
        assertThat(page.possible("frontend")).containsExactly("start");
        page.press("start", "frontend");
        page.awaitAllUp();
    }

    @Test
    void needsNoMouse() {
        browser.tabTo(LabPage.button("kill", "frontend"));
        browser.press(Keys.ENTER);
        await().until(() -> page.event("kill", "kill -9 frontend").matches(".* \\| [0-9,]+"));
        page.awaitAllUp();
        browser.tabTo("#check");
        browser.press(Keys.SPACE);
        await().until(() -> browser.text("#checked summary").startsWith("Checked at "));

        browser.tabTo("#charts");
        browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        assertThat(browser.text("#moment")).startsWith("at ");
    }

    @Test
    void breaksNoRuleOfWcag22InLightAndDarkAndFitsAPhone() {
        browser.find("#values summary").click();
        await().until(() -> browser.count("#values tbody tr") > 0);

        Axe.assertNoViolations(browser);
        browser.emulate("", Map.of("prefers-color-scheme", "dark"));
        Axe.assertNoViolations(browser);
        browser.resize(320, 640);
        assertThat(browser.measure("return document.documentElement.scrollWidth"))
                .isEqualTo(320);
        Axe.assertNoViolations(browser);
    }

    @Test
    void saysNothingWhileNothingHappens() {
        int polls = page.polls();

        await().until(() -> page.polls() > polls + 2);

        assertThat(page.announcements()).allMatch(text -> text.matches(".*(no order is acknowledged|orders again).*"));
    }

    /** The recording has a hostile title, to show that all text stays text. */
    @Test
    void showsTheSamePictureOfARecordingFromAFileAndAsOneFile(@TempDir Path folder) throws Exception {
        page.press("kill", "catalog");
        await().until(() -> page.event("kill", "kill -9 catalog").matches(".* \\| [0-9,]+"));
        Path file = folder.resolve("recording.json");
        JsonNode recording = recording();
        MAPPER.writeValue(file.toFile(), ((ObjectNode) recording).put("title", HOSTILE));
        Path report = folder.resolve("report.html");

        ProgramRun written = ProgramRun.jar("lab", "lab", "--open", file.toString(), "--report", report.toString());
        assertThat(written.exitCode()).as(written.stderr()).isZero();
        List<String> picture;
        try (RunningLab replay = RunningLab.start("--open", file.toString())) {
            page = new LabPage(browser, replay.link());
            page.open();
            picture = page.picture();
            assertThat(page.faults()).isEmpty();
        }
        page = new LabPage(browser, report.toUri().toString());
        page.open();

        assertThat(page.picture()).isEqualTo(picture);
        assertThat(browser.text("h1")).isEqualTo("Toy Store " + HOSTILE);
        assertThat(browser.count("img, .actions, #controls, #check")).isZero();
        for (JsonNode event : recording.get("events")) {
            if (event.get("kind").stringValue().equals("kill")) {
                assertThat(page.events("kill"))
                        .anyMatch(row -> row.contains(event.get("text").stringValue()));
            }
        }
    }

    private static JsonNode recording() throws IOException, InterruptedException {
        URI uri = URI.create(lab.link()).resolve("/api/recording");
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return MAPPER.readTree(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body());
    }
}
