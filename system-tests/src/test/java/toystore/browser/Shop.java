package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import toystore.common.ResourceStack;
import toystore.process.TemporaryFolder;
import toystore.system.ProgramRun;
import toystore.system.TestStore;

/**
 * A store of real processes, a browser, and a proxy between them, for the tests of a class. Not thread-safe.
 *
 * <p>Each test buys products of its own, in a browser that has never been here. After each test, the page has had no
 * error, and the browser has sent requests to the store only. At the end, the files of the store agree.
 */
final class Shop implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final List<String> products;
    private final ResourceStack opened = new ResourceStack();

    private Browser browser;
    private TemporaryFolder data;
    private TestStore store;
    private FaultyProxy proxy;
    private StorePage page;

    /**
     * A store with 100 units of some products.
     *
     * @param products without any, those that a store starts with
     */
    Shop(String... products) {
        this.products = List.of(products);
    }

    /** Skips the tests if there is no browser. */
    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        browser = Browser.open();
        opened.add(browser::close);
        data = opened.add(TemporaryFolder.create(null, "shop"));
        if (!products.isEmpty()) {
            Files.writeString(
                    data.path().resolve("toys.json"),
                    products.stream()
                            .map(name -> "{\"name\":\"" + name + "\",\"price\":15.99,\"quantity\":100}")
                            .collect(Collectors.joining(",", "{\"products\":[", "]}")));
        }
        store = TestStore.open(data.path());
        opened.add(store::close);
        proxy = opened.add(new FaultyProxy(store.address()));
        page = new StorePage(browser, proxy.address());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        proxy.heal();
        browser.closeOtherTabs();
        browser.setOffline(false);
        browser.emulate("", Map.of());
        browser.resize(1280, 900);
        browser.open("about:blank");
        browser.forget(page.origin());
        browser.requests();
        browser.console();
        proxy.forgetRequests();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(page.faults()).isEmpty();
        assertThat(browser.console()).noneMatch(message -> message.contains("Content Security Policy"));
        assertThat(browser.requests()).allMatch(url -> url.startsWith(page.origin() + "/"));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        try {
            if (store != null) {
                assertAuditIsClean();
            }
        } finally {
            opened.close();
        }
    }

    Browser browser() {
        return browser;
    }

    TestStore store() {
        return store;
    }

    FaultyProxy proxy() {
        return proxy;
    }

    StorePage page() {
        return page;
    }

    private void assertAuditIsClean() throws IOException {
        ProgramRun audit =
                ProgramRun.jar("orders", "audit", "--data", data.path().toString());
        assertThat(audit.exitCode()).as(audit.stdout() + audit.stderr()).isZero();
    }

    /** Returns the keys of the orders that the browser has sent. */
    List<String> keysSent() {
        return proxy.requests("POST /orders").stream()
                .map(head -> head.replaceAll("(?is).*\r\nIdempotency-Key: *([^\r]*).*", "$1"))
                .distinct()
                .toList();
    }
}
