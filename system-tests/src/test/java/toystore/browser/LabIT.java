package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final Pattern ORDER_TIME = Pattern.compile("\"time\":\"([^\"]+)\"");
    private static final DecimalFormat NUMBERS =
            new DecimalFormat("#,##0.##", DecimalFormatSymbols.getInstance(Locale.ROOT));
    private static final List<String> VALUES = // the columns of the table of values
            List.of(
                    "catalog",
                    "orders_service",
                    "frontend",
                    "epoch",
                    "orders",
                    "queries",
                    "p50",
                    "p99",
                    "failures",
                    "busy",
                    "idle",
                    "queued",
                    "lag",
                    "reservations",
                    "catalog_mib",
                    "orders_mib",
                    "frontend_mib",
                    "units");

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

    /**
     * The log of orders has the time of each order: the gap around a kill measures the same outage in another way. A
     * machine that is very busy delays replies, so one of several kills must agree.
     */
    @Test
    void showsAnOutageAsLongAsTheGapInTheLogOfOrders() {
        List<Outage> outages = new ArrayList<>();
        await().until(
                        () -> {
                            int kills = page.events("kill").size();
                            page.press("kill", "orders");
                            await().until(() -> page.events("kill").size() > kills
                                    && page.events("kill").get(0).matches(".* \\| [0-9,]+"));
                            page.awaitAllUp();
                            TimeSpan shown =
                                    outageAround(TimeSpan.of(page.events("kill").get(0)));
                            outages.add(new Outage(shown.millis(), gapInLog(shown)));
                            return outages;
                        },
                        found -> found.get(found.size() - 1).agrees() || found.size() == 5);

        assertThat(outages).anyMatch(Outage::agrees);
    }

    /** An outage as the page shows it, and as the log of orders has it, in milliseconds. */
    private record Outage(long shown, long logged) {
        boolean agrees() {
            return Math.abs(shown - logged) <= Math.max(50, logged / 5);
        }
    }

    /** A row of the table of events; the times are in milliseconds since the start of the lab. */
    private record TimeSpan(long begin, long millis) {
        static TimeSpan of(String row) {
            String[] cells = row.split(" \\| ", -1);
            String[] clock = cells[0].split("[:.]", -1);
            long begin = (Long.parseLong(clock[0]) * 60 + Long.parseLong(clock[1])) * 1000 + Long.parseLong(clock[2]);
            return new TimeSpan(begin, Long.parseLong(cells[2].replace(",", "")));
        }

        long middle() {
            return begin + millis / 2;
        }
    }

    private TimeSpan outageAround(TimeSpan fault) {
        return page.events("outage").stream()
                .filter(row -> row.matches(".* \\| [0-9,]+"))
                .map(TimeSpan::of)
                .filter(outage ->
                        outage.begin() <= fault.middle() && fault.middle() <= outage.begin() + outage.millis())
                .findFirst()
                .orElseThrow();
    }

    private static long gapInLog(TimeSpan outage) throws IOException, InterruptedException {
        JsonNode recording = recording();
        long middle = Instant.parse(recording.get("started").stringValue()).toEpochMilli() + outage.middle();
        Path data = Path.of(recording.get("folder").stringValue()).resolve("data");
        NavigableSet<Long> times = new TreeSet<>();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(each -> each.getFileName().toString().matches("orders-\\d+\\.log"))
                    .toList()) {
                ORDER_TIME
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(time -> times.add(Instant.parse(time.group(1)).toEpochMilli()));
            }
        }
        return times.higher(middle) - times.floor(middle);
    }

    @Test
    void leavesAKilledServiceDeadIfToldSo() {
        browser.find("#restart").click();
        page.press("kill", "orders");

        page.awaitState("orders", "dead");
        int polls = page.polls();
        await().until(() -> page.polls() > polls + 2);
        assertThat(browser.text(".card[data-service=orders] .facts")).contains("exit code 137");
        assertThat(page.possible("orders")).containsExactly("start");

        page.press("start", "orders");
        page.awaitAllUp();
        browser.find("#restart").click();
        page.press("kill", "orders");
        await().until(() -> page.event("kill", "kill -9 orders").matches(".* \\| [0-9,]+"));
    }

    /** Checks, and waits for the result. */
    private void assertPromisesAreKept() {
        int checks = page.events("check").size();
        browser.find("#check").click();
        await().until(() -> page.events("check").size() > checks
                && browser.text("#checked summary").startsWith("Checked at "));
        assertThat(browser.text("#checked summary")).endsWith(": 0 lost, 0 doubled, 0 oversold");
        browser.find("#checked summary").click();
        assertThat(browser.text("#checked pre")).contains("audit: exit code 0");
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

    /** Events that have ended, and samples, do not change any more. */
    @Test
    void showsWhatItsRecordingHas() throws Exception {
        page.press("kill", "frontend");
        await().until(() -> page.event("kill", "kill -9 frontend").matches(".* \\| [0-9,]+"));
        browser.find("#values summary").click();
        await().until(() -> browser.count("#values tbody tr") == 20);
        List<String> events = page.rows("#events tr");
        List<String> values = page.rows("#values tbody tr");
        JsonNode recording = recording();

        assertThat(recorded(recording)).containsAll(values);
        for (String event : events) {
            assertThat(recording.get("events"))
                    .anyMatch(recorded -> event.contains("…") || event.equals(row(recorded)));
        }
        for (JsonNode mode : recording.get("modes")) {
            assertThat(page.rows("#modes label"))
                    .contains(" | " + mode.get("name").stringValue() + " | "
                            + mode.get("rule").stringValue());
        }
    }

    /** The samples as the table of values has them. */
    private static List<String> recorded(JsonNode recording) {
        List<String> columns = new ArrayList<>();
        recording.get("columns").forEach(column -> columns.add(column.stringValue()));
        List<String> rows = new ArrayList<>();
        for (JsonNode sample : recording.get("samples")) {
            List<String> cells = new ArrayList<>(List.of(clock(sample.get(columns.indexOf("t")), 2)));
            for (String column : VALUES) {
                JsonNode value = sample.get(columns.indexOf(column));
                cells.add(
                        value.isString()
                                ? value.stringValue()
                                : value.isNull()
                                        ? "–"
                                        : column.equals("epoch") ? epoch(recording, value.asInt()) : number(value));
            }
            rows.add(String.join(" | ", cells));
        }
        return rows;
    }

    private static String epoch(JsonNode recording, int index) {
        String name = recording.get("epochs").get(index).stringValue();
        return name.substring(0, Math.min(8, name.length()));
    }

    private static String row(JsonNode event) {
        boolean isFault = List.of("kill", "freeze", "stop", "outage")
                .contains(event.get("kind").stringValue());
        String millis = isFault
                ? NUMBERS.format(event.get("end").asLong() - event.get("t").asLong())
                : "";
        return clock(event.get("t"), 3) + " | " + event.get("text").stringValue() + " | " + millis;
    }

    private static String clock(JsonNode time, int digits) {
        long unit = digits == 3 ? 1 : 10;
        double seconds = time.asLong() / unit * unit / 1000.0;
        int minutes = (int) (seconds / 60);
        return String.format(Locale.ROOT, "%d:%0" + (digits + 3) + "." + digits + "f", minutes, seconds - 60 * minutes);
    }

    private static String number(JsonNode value) {
        return NUMBERS.format(value.asDouble());
    }

    /** A check without a result must not look like a clean one. */
    @Test
    void saysThatACheckWasNotFinishedAndShowsOtherFindings(@TempDir Path folder) throws Exception {
        ObjectNode recording = (ObjectNode) recording();
        Path file = folder.resolve("recording.json");
        MAPPER.writeValue(file.toFile(), recording.putNull("check"));
        Path report = folder.resolve("report.html");
        ProgramRun written = ProgramRun.jar("lab", "lab", "--open", file.toString(), "--report", report.toString());
        assertThat(written.exitCode()).as(written.stderr()).isZero();
        String check = "{'state':'failed','t':61000,'lines':['orders is silent'],'lost':null,'doubled':null,"
                + "'oversold':null,'other':null}";
        Files.writeString(
                report,
                Files.readString(report)
                        .replace("\"check\":null", "\"check\":" + check.replace('\'', '"'))
                        .replaceFirst("(\"score\":\\{[^}]*\"oversold\":0)[^}]*", "$1,\"other\":2"));
        page = new LabPage(browser, report.toUri().toString());
        page.open();

        assertThat(browser.text("#checked summary")).isEqualTo("The check at 1:01 was not finished");
        assertThat(page.score("other")).isEqualTo("2");
    }

    @Test
    void showsOfAStoreInADatabaseOnlyWhatItHas(@TempDir Path folder) throws Exception {
        ObjectNode recording = (ObjectNode) recording();
        recording
                .putObject("database")
                .put("name", "jdbc:postgresql://h:1/shop")
                .put("orders", 1234)
                .put("problem", "no primary");
        Path file = folder.resolve("recording.json");
        MAPPER.writeValue(file.toFile(), recording);
        try (RunningLab replay = RunningLab.start("--open", file.toString())) {
            page = new LabPage(browser, replay.link());
            page.open(LabPage.PLOTS - 1);

            assertThat(browser.text("#facts"))
                    .contains("jdbc:postgresql://h:1/shop", "no primary", "1,234")
                    .doesNotContain("Order log", "Last recovery");
            assertThat(browser.text("#charts")).contains("Services").doesNotContain("epoch", "On the way");
            assertThat(browser.check("return document.getElementById('epochs').offsetParent === null"))
                    .isTrue();
        }
        page = new LabPage(browser, lab.link());
        page.open();
        assertThat(browser.text("#facts")).contains("Order log", "Last recovery");
        assertThat(browser.text("#charts")).contains("Services and epochs", "On the way");
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
