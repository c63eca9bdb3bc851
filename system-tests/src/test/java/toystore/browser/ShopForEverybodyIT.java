package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static toystore.browser.Browser.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.system.TestStore;

/** The page for people with a screen reader, low sight, a small screen, or no wish for motion. */
class ShopForEverybodyIT {
    @RegisterExtension
    static final Shop shop =
            new Shop("Tux", "Fox", "Whale", "Elephant", "Python", "Dolphin", "Penguin Chick", "Teddy Bear");

    /** Stops the time at the beginning of the glow, when it is the brightest. */
    private static final String CHANGED_JUST_NOW = """
            for (const stock of document.querySelectorAll(".stock")) {
              stock.classList.add("changed");
              const [glow] = stock.getAnimations();
              glow.pause();
              glow.currentTime = 0;
            }
            """;

    private final Browser browser = shop.browser();
    private final StorePage page = shop.page();
    private final TestStore store = shop.store();

    /** What the page shows. */
    private enum State {
        LIST,
        STOCK_CHANGED,
        BOUGHT,
        REFUSED,
        SOLD_OUT,
        WAITING,
        ASKING,
        STORE_DOWN,
        EMPTY_SEARCH,
        LOOK_UP,
        UNKNOWN_ORDER
    }

    private void show(State state, String product) throws Exception {
        switch (state) {
            case LIST -> page.open();
            case STOCK_CHANGED -> {
                page.open();
                browser.run(CHANGED_JUST_NOW);
            }
            case BOUGHT -> {
                page.open();
                page.bought(product, 1);
            }
            case REFUSED -> {
                page.open();
                page.buy(product, 100_000);
                page.awaitState(product, "refused");
            }
            case SOLD_OUT -> {
                store.order("Fox", store.quantityOf("Fox"));
                page.open();
                assertThat(page.stock("Fox")).isEqualTo("Sold out");
            }
            case WAITING -> {
                page.open();
                shop.proxy().loseAnswers("POST /orders");
                page.buy(product, 1);
                page.awaitState(product, "waiting");
            }
            case ASKING -> {
                page.open();
                page.storeBuy(product, TimeUnit.HOURS.toMillis(25));
                page.reload();
                page.awaitState(product, "asking");
            }
            case STORE_DOWN -> {
                page.open();
                shop.proxy().refuseConnections();
                page.hurry();
                await().until(() -> browser.count("#connection") == 1);
            }
            case EMPTY_SEARCH -> {
                page.open();
                page.search("nothing of that kind");
                await().until(() -> browser.count("#empty") == 1);
            }
            case LOOK_UP -> {
                page.open();
                page.lookUp(Long.toString(store.order(product, 1).orderNumber()));
                await().until(() -> browser.count("#lookup-result .order") == 1);
            }
            case UNKNOWN_ORDER -> {
                page.open();
                page.lookUp("999999");
                await().until(() -> browser.text("#lookup-result").contains("999999"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void fitsAScreenOf320PixelsAndBreaksNoRuleOfWcag22InLightAndDark(State state) throws Exception {
        String longest = "W".repeat(200);
        store.put(longest, "{\"price\":123456789.99,\"add\":100}", TestStore.ADMIN_TOKEN);
        browser.resize(320, 640);

        show(state, longest);

        assertThat(browser.measure("return document.documentElement.scrollWidth"))
                .isEqualTo(320);
        assertThat(targetsBelow24Pixels()).isEmpty();
        browser.resize(1280, 900);
        Axe.assertNoViolations(browser);
        String light = background();
        browser.emulate("", Map.of("prefers-color-scheme", "dark"));
        assertThat(background()).isNotEqualTo(light);
        Axe.assertNoViolations(browser);
    }

    private List<String> targetsBelow24Pixels() {
        return browser.readAll("""
                return [...document.querySelectorAll("a[href], button, input, select")]
                  .filter(each => each.checkVisibility() && !each.matches(".skip"))
                  .filter(each => Math.min(each.getBoundingClientRect().width, each.getBoundingClientRect().height) < 24)
                  .map(each => each.outerHTML);
                """);
    }

    private String background() {
        return browser.read("return getComputedStyle(document.body).backgroundColor"
                + " + getComputedStyle(document.documentElement).backgroundColor");
    }

    @Test
    void announcesEachOutcomeOnceAndNoPoll() throws Exception {
        browser.openTab();
        browser.runBeforeEachPage(Browser.resource("fast-timers.js"));
        page.open();
        store.order("Dolphin", 1);
        await().until(() -> page.stock("Dolphin").equals("99 left"));
        assertThat(page.announcements()).isEmpty();

        page.bought("Dolphin", 1);
        awaitAnnouncements(1, "Dolphin");
        page.buy("Dolphin", 1000);
        awaitAnnouncements(2, "98 left");
        page.search("tr");
        awaitAnnouncements(3, "toys");
        page.lookUp("999999");
        awaitAnnouncements(4, "999999");
        shop.proxy().loseAnswers("POST /orders");
        page.search("");
        page.buy("Penguin Chick", 1);
        await().untilAsserted(
                        () -> assertThat(page.announcements()).last().asString().contains("no answer yet"));
        int sent = shop.proxy().requests("POST /orders").size();
        await().until(() -> shop.proxy().requests("POST /orders").size() > sent + 6); // more failures, no announcement
        shop.proxy().heal();
        page.confirmed("Penguin Chick");

        await().untilAsserted(
                        () -> assertThat(page.announcements()).last().asString().contains("Penguin Chick"));
        long polls = page.fetches().size();
        await().until(() -> page.fetches().size() > polls + 3);
        assertThat(page.announcements().stream().filter(text -> text.contains("Penguin Chick")))
                .as(page.announcements().toString())
                .hasSize(2);
    }

    private void awaitAnnouncements(int count, String last) {
        await().untilAsserted(() -> {
            assertThat(page.announcements()).hasSize(count);
            assertThat(page.announcements().get(count - 1)).contains(last);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"reduce", "no-preference"})
    void movesNothingForAPersonWhoPrefersThat(String motion) {
        browser.emulate("", Map.of("prefers-reduced-motion", motion));
        page.open();
        page.bought("Teddy Bear", 1);

        List<String> moving = browser.readAll("""
                const styles = each => ["", "::before", "::after"].map(part => getComputedStyle(each, part || null));
                const moves = style => (style.animationName !== "none" && parseFloat(style.animationDuration) > 0.01)
                  || style.transitionDuration.split(",").some(time => parseFloat(time) > 0.01)
                  || style.scrollBehavior === "smooth";
                return [...document.querySelectorAll("*")].filter(each => styles(each).some(moves)).map(each => each.outerHTML);
                """);

        if (motion.equals("reduce")) {
            assertThat(moving).isEmpty();
        } else {
            assertThat(moving).as("else this test finds no motion").isNotEmpty();
        }
    }

    /** Forced colours replace backgrounds and shadows, so borders and outlines must say what these say. */
    @Test
    void showsButtonsAndTheFocusInForcedColours() {
        browser.emulate("", Map.of("forced-colors", "active"));
        page.open();

        browser.tabTo(".buy");

        assertThat(browser.read("return getComputedStyle(document.activeElement).outlineStyle"))
                .isNotEqualTo("none");
        assertThat(browser.read("return getComputedStyle(document.querySelector('.buy')).borderTopStyle"))
                .isNotEqualTo("none");
    }
}
