package toystore.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.json.JsonMapper;
import toystore.process.TemporaryFolder;

/**
 * A headless Chromium that reaches this machine only. Not thread-safe.
 *
 * <p>Nothing is downloaded: the browser and its driver are those on the PATH, and tests are skipped without them.
 */
final class Browser implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int MOST_TABS = 200;
    private static final Duration PAUSE = Duration.ofMillis(5); // a state of the page may last for 20 ms only
    private static final Duration SCRIPT_TIMEOUT = Duration.ofMinutes(5); // on a busy machine, 30 s can be too few

    private final ChromeDriver driver;
    private final TemporaryFolder files;

    private Browser(ChromeDriver driver, TemporaryFolder files) {
        this.driver = driver;
        this.files = files;
    }

    static Browser open() throws IOException {
        Optional<Path> chromium = onPath("chromium");
        Optional<Path> chromedriver = onPath("chromedriver");
        assumeTrue(chromium.isPresent() && chromedriver.isPresent(), "no chromium and chromedriver on PATH");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toFile());
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--hide-scrollbars",
                "--lang=en-US",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
        TemporaryFolder files = TemporaryFolder.create(null, "browser");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.get().toFile())
                .usingAnyFreePort()
                .withEnvironment(Map.of("TMPDIR", files.path().toString()))
                .withSilent(true)
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options), files);
        browser.driver.manage().timeouts().scriptTimeout(SCRIPT_TIMEOUT);
        browser.runBeforeEachPage(resource("probe.js"));
        return browser;
    }

    /** Waits for what a page shows, with pauses: each look at it costs three processes some milliseconds. */
    static ConditionFactory await() {
        return Awaitility.await().pollInterval(PAUSE);
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a script before the scripts of each page that this tab opens from now on; it may do what the page may not. */
    void runBeforeEachPage(String script) {
        cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** Opens an address, or loads it again. */
    void open(String url) {
        driver.get(url);
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** Runs the body of a function in the page, and returns its result; if that is a promise, when it is kept. */
    Object run(String body, Object... arguments) {
        return driver.executeScript(body, arguments);
    }

    /** Runs the body of a function that returns true or false. */
    boolean check(String body, Object... arguments) {
        return (Boolean) run(body, arguments);
    }

    /** Runs the body of a function that returns a text or null. */
    String read(String body, Object... arguments) {
        return (String) run(body, arguments);
    }

    /** Runs the body of a function that returns an array of texts. */
    List<String> readAll(String body, Object... arguments) {
        return ((List<?>) run(body, arguments)).stream().map(String.class::cast).toList();
    }

    /** Runs the body of a function that returns a number. */
    double measure(String body, Object... arguments) {
        return ((Number) run(body, arguments)).doubleValue();
    }

    Map<String, Object> cdp(String command, Map<String, Object> parameters) {
        return driver.executeCdpCommand(command, parameters);
    }

    /** Presses keys on the element that has the focus. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses Tab until an element that matches has the focus. On the way, each element shows that it has the focus. */
    void tabTo(String selector) {
        for (int i = 0; i < MOST_TABS; i++) {
            press(Keys.TAB);
            assertThat(check("""
                            const style = getComputedStyle(document.activeElement);
                            return style.outlineStyle !== "none" || style.boxShadow !== "none";
                            """))
                    .as("%s shows the focus", read("return document.activeElement.outerHTML"))
                    .isTrue();
            if (check("return document.activeElement.matches(arguments[0])", selector)) {
                return;
            }
        }
        throw new AssertionError("no " + selector + " gets the focus within " + MOST_TABS + " presses of Tab");
    }

    /**
     * Presses and releases the mouse in the middle of an element.
     *
     * @param count 2 for the second press of a double click
     */
    void clickAt(String selector, int count) {
        WebElement element = find(selector);
        run("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", element);
        Rectangle box = element.getRect();
        double x = box.x + box.width / 2.0 - measure("return scrollX");
        double y = box.y + box.height / 2.0 - measure("return scrollY");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            cdp(
                    "Input.dispatchMouseEvent",
                    Map.of("type", type, "button", "left", "clickCount", count, "x", x, "y", y));
        }
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<WebElement> findAll(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** Returns how many elements match and are visible. */
    int count(String selector) {
        return (int) measure(
                "return [...document.querySelectorAll(arguments[0])].filter(each => each.checkVisibility()).length",
                selector);
    }

    /** Returns the text of the first element that matches, as it is shown; null if there is none. */
    String text(String selector) {
        return read("return document.querySelector(arguments[0])?.innerText.trim()", selector);
    }

    /** Returns an attribute of the first element that matches; null if there is none. */
    String attribute(String selector, String name) {
        return read("return document.querySelector(arguments[0])?.getAttribute(arguments[1])", selector, name);
    }

    /** Sets a medium, such as {@code print}, or an empty string for the screen, and features such as {@code prefers-color-scheme}. */
    void emulate(String medium, Map<String, String> features) {
        List<Map<String, String>> list = features.entrySet().stream()
                .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue()))
                .toList();
        cdp("Emulation.setEmulatedMedia", Map.of("media", medium, "features", list));
    }

    void resize(int width, int height) {
        cdp(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void setOffline(boolean offline) {
        cdp("Network.enable", Map.of());
        cdp(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }
    /** Opens a tab and switches to it. */
    void openTab() {
        driver.switchTo().newWindow(WindowType.TAB);
        runBeforeEachPage(resource("probe.js"));
    }

    /** Switches to a tab; the first one is 0. */
    void switchToTab(int number) {
        driver.switchTo().window(List.copyOf(driver.getWindowHandles()).get(number));
    }

    /** Returns the URLs of all requests of pages since the last call. */
    List<String> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> MAPPER.readTree(entry.getMessage()).get("message"))
                .filter(event -> event.get("method").stringValue().equals("Network.requestWillBeSent"))
                .map(event -> event.at("/params/request/url").stringValue())
                .toList();
    }

    /** Returns the messages of the console since the last call. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Closes all tabs but the first, and switches to it. */
    void closeOtherTabs() {
        List<String> tabs = List.copyOf(driver.getWindowHandles());
        for (String tab : tabs.subList(1, tabs.size())) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(tabs.get(0));
    }

    /** Forgets what an origin has stored, and the cache. */
    void forget(String origin) {
        cdp("Storage.clearDataForOrigin", Map.of("origin", origin, "storageTypes", "all"));
        cdp("Network.clearBrowserCache", Map.of());
    }

    static String resource(String name) {
        try (InputStream in = Browser.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
        // processes of the browser may write for a moment longer
        await().ignoreExceptions().until(() -> {
            files.close();
            return true;
        });
    }
}
