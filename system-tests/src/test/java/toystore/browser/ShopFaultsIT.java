package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static toystore.browser.Browser.await;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.system.TestStore;

/** A buy in a browser is one order, also if the person, the network or a service fails. */
class ShopFaultsIT {
    private static final String BUY = "POST /orders";
    private static final String POLL = "GET /products";
    private static final String WAIT = "return new Promise(done => setTimeout(done, arguments[0] * 1000))";

    @RegisterExtension
    static final Shop shop = new Shop();

    private final Browser browser = shop.browser();
    private final StorePage page = shop.page();
    private final TestStore store = shop.store();
    private final FaultyProxy proxy = shop.proxy();

    @Test
    void placesOneOrderIfBuyIsPressedAgainBeforeTheAnswer() throws Exception {
        page.open();
        proxy.holdAnswers(BUY);
        page.pressBuy("Tux");
        page.pressBuy("Tux");
        await().until(() -> proxy.held() == 1);
        page.pressBuy("Tux");

        proxy.heal();

        assertOneOrder("Tux", 1);
    }

    /** The answer is faster than a person: it comes before the second press of the double click. */
    @Test
    void placesOneOrderIfBuyIsDoubleClicked() throws Exception {
        page.open();

        browser.clickAt(StorePage.card("Fox", ".buy"), 1);
        page.confirmed("Fox");
        browser.clickAt(StorePage.card("Fox", ".buy"), 2);

        assertOneOrder("Fox", 1);
        page.bought("Fox", 1); // is sent after all that the double click has sent
        assertThat(shop.keysSent()).hasSize(2);
    }

    @Test
    void placesOneOrderIfThePageIsReloadedBeforeTheAnswer() throws Exception {
        page.open();
        proxy.holdAnswers(BUY);
        page.buy("Whale", 2);
        await().until(() -> proxy.held() == 1);

        page.reload();
        await().until(() -> proxy.held() == 2);
        proxy.heal();

        assertOneOrder("Whale", 2);
    }

    @Test
    void placesOneOrderIfTheTabIsClosedBeforeTheAnswer() throws Exception {
        page.open();
        browser.openTab();
        page.open();
        proxy.loseAnswers(BUY);
        page.buy("Elephant", 2);
        await().until(() -> !proxy.requests(BUY).isEmpty());
        browser.closeOtherTabs();

        proxy.heal();
        page.hurry();

        assertOneOrder("Elephant", 2);
    }

    @Test
    void sendsABuyThatWasMadeOfflineWhenTheNetworkIsBack() throws Exception {
        page.open();
        browser.setOffline(true);
        page.buy("Python", 2);
        page.awaitState("Python", "waiting");
        assertThat(shop.keysSent()).isEmpty();

        browser.setOffline(false);

        assertOneOrder("Python", 2);
    }

    /** The browser itself may send a request again, too, if the connection was used before. */
    @Test
    void placesOneOrderIfAnswersAreLost() throws Exception {
        page.open();
        proxy.loseAnswers(BUY);
        page.buy("Dolphin", 2);
        page.awaitState("Dolphin", "waiting");
        int sent = proxy.requests(BUY).size();
        await().until(() -> proxy.requests(BUY).size() > sent); // by itself

        page.awaitState("Dolphin", "waiting");
        proxy.heal();
        page.pressBuy("Dolphin");

        assertOneOrder("Dolphin", 2);
    }

    @Test
    void sendsABuyAgainThatHasNoAnswerForTenSeconds() throws Exception {
        page.open();
        proxy.holdAnswers(BUY);
        browser.run("const { timeout } = AbortSignal; window.wait = timeout.bind(AbortSignal);"
                + " AbortSignal.timeout = ms => wait(ms / 50)");
        page.buy("Penguin Chick", 2);

        await().until(() -> proxy.held() >= 2);
        browser.run("AbortSignal.timeout = wait");
        proxy.heal();

        assertOneOrder("Penguin Chick", 2);
    }

    /** A service that is frozen has received the buy, or will receive it. */
    @ParameterizedTest
    @CsvSource({"frontend, orders, Teddy Bear", "orders, orders, Rubber Duck", "catalog, catalog, Building Blocks"})
    void placesOneOrderIfAServiceIsKilledBeforeTheOrderIsPlaced(String killed, String frozen, String product)
            throws Exception {
        page.open();
        store.service(frozen).signal("STOP");
        page.buy(product, 2);
        await().until(() -> !proxy.requests(BUY).isEmpty());

        store.service(killed).kill();
        if (!killed.equals(frozen)) {
            store.service(frozen).signal("CONT");
        }
        store.start(killed);
        store.awaitReady();
        page.hurry();

        assertOneOrder(product, 2);
    }

    @ParameterizedTest
    @CsvSource({"frontend, Wooden Train", "orders, Train Station", "catalog, Race Track"})
    void placesOneOrderIfAServiceIsKilledBeforeTheAnswer(String killed, String product) throws Exception {
        page.open();
        proxy.holdAnswers(BUY);
        page.buy(product, 2);
        await().until(() -> proxy.held() == 1);
        assertThat(store.quantityOf(product)).isEqualTo(98);

        store.service(killed).kill();
        proxy.refuseConnections();
        store.start(killed);
        store.awaitReady();
        proxy.heal();
        page.hurry();

        assertOneOrder(product, 2);
    }

    @Test
    void placesOneOrderIfAllServicesAreKilledBeforeTheAnswer() throws Exception {
        page.open();
        proxy.holdAnswers(BUY);
        page.buy("Fire Engine", 2);
        await().until(() -> proxy.held() == 1);

        store.killAll();
        proxy.refuseConnections();
        store.startAll();
        proxy.heal();
        page.hurry();

        assertOneOrder("Fire Engine", 2);
    }

    /** The store has new units before this tab sends the buy again: it must not. */
    @Test
    void doesNotSendABuyAgainThatAnotherTabHasSettled() throws Exception {
        store.order("Kite", 95);
        page.open();
        proxy.loseAnswers(BUY);
        page.buy("Kite", 10);
        page.awaitState("Kite", "waiting");
        browser.openTab();
        page.open();
        page.awaitState("Kite", "waiting");
        browser.run("window.real = fetch; window.fetch = (path, options) => path === '/orders'"
                + " ? new Promise((_, fail) => { window.lose = fail; }) : real(path, options)");
        page.pressBuy("Kite");
        await().until(() -> browser.check("return Boolean(window.lose)"));
        browser.switchToTab(0);
        proxy.heal();
        page.hurry();
        page.awaitState("Kite", "refused");
        assertThat(page.openBuys()).isEmpty();
        browser.switchToTab(1);
        store.put("Kite", "{\"add\":100}", TestStore.ADMIN_TOKEN);

        browser.run("window.fetch = real; lose(new Error('lost'))");
        page.awaitState("Kite", "idle");

        assertThat(page.outcome("Kite")).contains("another tab");
        assertThat(page.openBuys()).isEmpty();
        assertThat(store.quantityOf("Kite")).isEqualTo(105);
    }

    @Test
    void keepsTheQuantityThatIsTypedWhenAnotherTabBuys() throws Exception {
        page.open();
        page.enterQuantity("Submarine", 7);
        browser.run("window.setInterval = () => 0"); // this tab never sends the buy of the other one
        browser.openTab();
        page.open();
        proxy.holdAnswers(BUY);
        page.buy("Submarine", 1);
        await().until(() -> proxy.held() == 1);
        browser.switchToTab(0);
        page.awaitState("Submarine", "waiting");

        proxy.heal();
        page.awaitState("Submarine", "idle");

        assertThat(browser.read(
                        "return document.querySelector(arguments[0]).value", StorePage.card("Submarine", ".quantity")))
                .isEqualTo("7");
    }

    /** Two tabs can begin a buy of one product in the same moment. */
    @Test
    void sendsEachOfTwoStoredBuysOfOneProduct() throws Exception {
        page.open();
        page.storeBuy("Tin Robot", 1000);
        page.storeBuy("Tin Robot", 2000);

        page.reload();
        await().until(() -> {
            page.hurry();
            return page.myOrders().size() == 2;
        });

        assertThat(page.openBuys()).isEmpty();
        assertThat(store.quantityOf("Tin Robot")).isEqualTo(98);
    }

    @Test
    void ignoresAnItemOfTheStorageThatItDidNotWrite() throws Exception {
        page.open();
        browser.run("localStorage['toystore.order.0'] = '{broken'");

        page.reload();
        page.buy("Yo-Yo", 2);

        assertOneOrder("Yo-Yo", 2);
    }

    private void assertOneOrder(String product, int quantity) throws IOException {
        long number = page.confirmed(product);
        assertThat(page.openBuys()).isEmpty();
        assertThat(page.myOrders()).containsExactly(number);
        assertThat(shop.keysSent()).hasSize(1);
        assertThat(store.quantityOf(product)).isEqualTo(100 - quantity);
        assertThat(store.get("/orders/" + number).data().get("name").stringValue())
                .isEqualTo(product);
    }

    @Test
    void saysSinceWhenTheStoreCannotBeReachedUntilItIsBack() throws Exception {
        page.open();
        Instant before = Instant.now();
        proxy.refuseConnections();
        page.hurry();
        await().until(() -> browser.count("#connection") == 1);
        assertThat(browser.text("#connection")).contains("cannot be reached since");
        Instant since = Instant.parse(browser.attribute("#connection time", "datetime"));
        assertThat(since).isBetween(before.minusMillis(1), Instant.now());

        browser.find("#retry").click();
        await().until(() -> browser.count("#connection") == 1);
        assertThat(Instant.parse(browser.attribute("#connection time", "datetime")))
                .isEqualTo(since);
        proxy.heal();
        browser.find("#retry").click();

        await().until(() -> browser.count("#connection") == 0);
        await().until(() -> page.announcements().size() == 2);
    }

    @Test
    void showsTheProductsWhenTheStoreComesBackAfterThePageWasOpened() throws Exception {
        page.open();
        proxy.holdAnswers(POLL);
        browser.reload();
        await().until(() -> browser.count("#products[aria-busy=true]") == 1 || proxy.held() == 1);
        proxy.refuseConnections();
        await().until(() -> browser.count("#connection") == 1);
        assertThat(page.shownProducts()).isEmpty();

        proxy.heal();
        browser.find("#retry").click();

        await().until(() -> page.shownProducts().size() == 50);
    }

    @Test
    void asksForTheStockOnceAtATime() throws Exception {
        page.open();
        proxy.holdAnswers(POLL);
        page.hurry();
        await().until(() -> proxy.held() == 1);
        List<String> before = page.fetches();

        for (String event : new String[] {"online", "focus", "pageshow"}) {
            browser.run("dispatchEvent(new Event(arguments[0]))", event);
        }
        browser.run("document.dispatchEvent(new Event('visibilitychange'))");

        assertThat(page.fetches()).isEqualTo(before);
    }

    @Test
    void asksLessOftenWhileTheStoreIsDown() throws Exception {
        browser.openTab();
        browser.runBeforeEachPage(Browser.resource("fast-timers.js"));
        page.open();
        proxy.refuseConnections();
        page.hurry();
        await().until(() -> browser.count("#connection") == 1);
        List<String> before = page.fetches();

        browser.run(WAIT, 60);

        // after 10 and 30 s; or at once, because the event came during another poll, and after 20 and 60 s
        assertThat(page.fetches()).hasSizeBetween(before.size() + 1, before.size() + 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotAskForTheStockWhileThePageIsHidden(boolean hidden) {
        browser.openTab();
        browser.runBeforeEachPage(Browser.resource("fast-timers.js"));
        page.open();
        browser.run("""
                Object.defineProperty(document, "hidden", { get: () => arguments[0], configurable: true });
                Object.defineProperty(document, "visibilityState", { get: () => arguments[0] ? "hidden" : "visible" });
                document.dispatchEvent(new Event("visibilitychange"));
                """, hidden);
        browser.run(WAIT, 6); // what was on its way has arrived
        int before = proxy.requests(POLL).size();

        browser.run(WAIT, 60);

        assertThat(proxy.requests(POLL).size() > before).isEqualTo(!hidden);
    }
}
