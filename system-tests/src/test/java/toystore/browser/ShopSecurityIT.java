package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static toystore.browser.Browser.await;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import toystore.system.TestStore;

/** What the page does with hostile text, and what it loads. */
class ShopSecurityIT {
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";

    @RegisterExtension
    static final Shop shop = new Shop();

    private final Browser browser = shop.browser();
    private final StorePage page = shop.page();
    private final TestStore store = shop.store();
    private final FaultyProxy proxy = shop.proxy();

    /** After this test, as after each, no script has failed and the policy has blocked nothing. */
    @Test
    void showsTheNameOfAProductAsText() throws Exception {
        store.put("%3Cimg%20src=x%20onerror=alert(1)%3E", "{\"price\":1,\"add\":10}", TestStore.ADMIN_TOKEN);
        page.open();

        page.search(HOSTILE);
        await().until(page::shownProducts, List.of(HOSTILE)::equals);
        long number = page.bought(HOSTILE, 2);
        page.lookUp(Long.toString(number));
        await().until(() -> browser.count("#lookup-result .order") == 1);
        page.reload();
        page.search(HOSTILE + "<b>");
        await().until(() -> browser.count("#empty") == 1);

        assertThat(browser.text("#empty")).contains(HOSTILE + "<b>");
        assertThat(browser.text("#orders-list .name")).isEqualTo(HOSTILE);
        assertThat(browser.count("img, script:not([src]), bdi *")).isZero();
    }

    /** Shows that the other tests would see a violation. */
    @Test
    void letsThePageLoadNothingFromElsewhere() {
        page.open();

        browser.run("document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' }))");

        await().untilAsserted(() ->
                assertThat(page.faults()).singleElement().asString().contains("img-src"));
        page.open(); // the check after this test looks at the next page
        browser.requests();
        browser.console();
    }

    @Test
    void showsTheProductsAfterFiveRequests() {
        page.open();

        assertThat(proxy.requests("")).hasSizeBetween(4, 5);
        assertThat(browser.requests()).hasSizeBetween(4, 5);
    }

    @Test
    void loadsTheAssetsOnceAndAsksIfThePageHasChanged() {
        page.open();
        proxy.forgetRequests();

        page.open();

        assertThat(proxy.requests("GET /assets/")).isEmpty();
        assertThat(proxy.requests("GET / ")).singleElement().asString().contains("If-None-Match: ");
    }
}
