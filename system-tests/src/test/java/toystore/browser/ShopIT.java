package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static toystore.browser.Browser.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import toystore.system.TestStore;

/** What a person does on the page of a store that works. */
class ShopIT {
    @RegisterExtension
    static final Shop shop = new Shop();

    private final Browser browser = shop.browser();
    private final StorePage page = shop.page();
    private final TestStore store = shop.store();

    @Test
    void isUsedByKeyboardAlone() throws Exception {
        page.open();

        browser.tabTo("#search");
        browser.press("wooden tr");
        await().until(page::shownProducts, List.of("Wooden Train")::equals);
        browser.tabTo(".quantity");
        browser.press(Keys.chord(Keys.CONTROL, "a"), "3");
        browser.tabTo(".buy");
        browser.press(Keys.ENTER);
        long number = page.confirmed("Wooden Train");
        assertThat(browser.check("return document.activeElement.matches('.buy')"))
                .as("the focus stays on the button")
                .isTrue();
        browser.tabTo("#lookup-number");
        browser.press(Long.toString(number), Keys.ENTER);
        await().untilAsserted(() -> assertThat(browser.text("#lookup-result"))
                .contains("Order " + number, "Wooden Train", "$34.95", "$104.85"));

        assertThat(store.quantityOf("Wooden Train")).isEqualTo(97);
    }

    @Test
    void showsAllProductsWithPriceAndStock() {
        page.open();

        assertThat(page.shownProducts()).hasSize(50).isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
        assertThat(browser.text("#count")).isEqualTo("50 toys");
        assertThat(browser.text(StorePage.card("Tux", ".price"))).isEqualTo("$15.99");
        assertThat(page.stock("Tux")).isEqualTo("100 left");
    }

    @Test
    void sortsByPriceAndStock() throws Exception {
        store.order("Yo-Yo", 100);
        page.open();

        browser.find("#sort option[value='price']").click();
        assertThat(prices()).isSorted();
        browser.find("#sort option[value='-price']").click();
        assertThat(prices()).isSortedAccordingTo(Comparator.reverseOrder());
        browser.find("#sort option[value='-stock']").click();
        assertThat(page.shownProducts()).last().isEqualTo("Yo-Yo");
    }

    private List<Double> prices() {
        List<String> prices = browser.readAll(
                "return [...document.querySelectorAll('.product .price')]" + ".map(price => price.textContent)");
        return prices.stream()
                .map(price -> Double.valueOf(price.replace("$", "")))
                .toList();
    }

    @Test
    void findsProductsByAnyPartOfTheName() {
        page.open();

        page.search("TRAIN");
        await().untilAsserted(() ->
                assertThat(page.shownProducts()).containsExactlyInAnyOrder("Train Station", "Wooden Train"));
        page.search("nothing of that kind");
        await().untilAsserted(() -> assertThat(browser.text("#empty")).contains("nothing of that kind"));
        assertThat(page.shownProducts()).isEmpty();
        browser.press(Keys.ESCAPE);
        await().until(() -> page.shownProducts().size() == 50);
    }

    @Test
    void confirmsABuyWithNumberUnitsPriceAndTotal() throws Exception {
        page.open();

        long number = page.bought("Tux", 3);

        assertThat(page.outcome("Tux")).contains("Order " + number, "3", "$15.99", "$47.97");
        assertThat(store.get("/orders/" + number).data().get("quantity").intValue())
                .isEqualTo(3);
        await().until(() -> page.stock("Tux").equals("97 left"));
        assertThat(page.openBuys()).isEmpty();
        assertThat(page.myOrders()).containsExactly(number);
    }

    @Test
    void showsWhatIsAvailableToAPersonWhoWantsMore() throws Exception {
        page.open();
        store.order("Fox", 90);

        page.buy("Fox", 11);

        page.awaitState("Fox", "refused");
        assertThat(page.outcome("Fox")).contains("Only 10 left");
        assertThat(page.openBuys()).isEmpty();
        assertThat(page.bought("Fox", 10)).isPositive();
        await().until(() -> page.stock("Fox").equals("Sold out"));
        assertThat(browser.attribute(StorePage.card("Fox", ".buy"), "aria-disabled"))
                .isEqualTo("true");
    }

    /** Nothing but the next poll tells this page. */
    @Test
    void showsWhatAnotherPersonHasBought() throws Exception {
        page.open();

        store.order("Whale", 5);

        await().until(() -> page.stock("Whale").equals("95 left"));
    }

    @Test
    void keepsMyOrdersAcrossAReload() {
        page.open();
        long first = page.bought("Elephant", 1);
        long second = page.bought("Python", 2);

        page.reload();

        assertThat(page.myOrders()).containsExactly(second, first);
        assertThat(browser.text("#orders-list")).contains("Elephant", "$22.50", "Python", "$33.50");
    }

    @Test
    void looksUpAnyOrderByItsNumber() throws Exception {
        long number = store.order("Dolphin", 4).orderNumber();
        page.open();

        page.lookUp("#" + number);
        await().untilAsserted(
                        () -> assertThat(browser.text("#lookup-result")).contains("Dolphin", "4", "$14.25", "$57.00"));
        page.lookUp("999999");
        await().untilAsserted(() -> assertThat(browser.text("#lookup-result")).contains("no order 999999"));
        page.lookUp("first");
        await().untilAsserted(() -> assertThat(browser.text("#lookup-result")).contains("digits"));
        assertThat(page.myOrders()).isEmpty();
    }

    @Test
    void showsTheOrdersOfAllTabsInEach() {
        page.open();
        browser.openTab();
        page.open();
        long number = page.bought("Penguin Chick", 1);

        browser.switchToTab(0);

        await().untilAsserted(() -> assertThat(page.myOrders()).containsExactly(number));
    }

    /** Both tabs know the buy, and both may send it. */
    @Test
    void placesABuyThatTwoTabsSendOnce() throws Exception {
        page.open();
        shop.proxy().holdAnswers("POST /orders");
        page.buy("Teddy Bear", 1);
        await().until(() -> shop.proxy().held() == 1);
        browser.openTab();
        page.open();
        await().until(() -> shop.proxy().held() == 2);

        shop.proxy().heal();

        await().until(() -> page.openBuys().isEmpty() && page.myOrders().size() == 1);
        browser.switchToTab(0);
        await().until(() -> page.myOrders().size() == 1);
        assertThat(shop.keysSent()).hasSize(1);
        assertThat(store.quantityOf("Teddy Bear")).isEqualTo(99);
    }

    @Test
    void asksBeforeItSendsABuyOfYesterday() throws Exception {
        page.open();
        page.storeBuy("Rubber Duck", TimeUnit.HOURS.toMillis(25));
        page.storeBuy("Building Blocks", TimeUnit.HOURS.toMillis(23));

        page.reload();

        page.confirmed("Building Blocks");
        page.awaitState("Rubber Duck", "asking");
        page.hurry();
        assertThat(store.quantityOf("Rubber Duck")).isEqualTo(100);
        browser.find(StorePage.card("Rubber Duck", ".again")).click();
        page.confirmed("Rubber Duck");
        assertThat(store.quantityOf("Rubber Duck")).isEqualTo(99);
    }

    @Test
    void forgetsABuyOfYesterdayIfThePersonSaysSo() throws Exception {
        page.open();
        page.storeBuy("Barrel of Monkeys", TimeUnit.HOURS.toMillis(25));
        page.reload();
        page.awaitState("Barrel of Monkeys", "asking");

        browser.find(StorePage.card("Barrel of Monkeys", ".forget")).click();

        await().until(() -> page.openBuys().isEmpty());
        page.reload();
        assertThat(page.state("Barrel of Monkeys")).isEqualTo("idle");
        assertThat(shop.keysSent()).isEmpty();
    }

    @Test
    void searchesAStoreOfMoreProductsThanItShows(@TempDir Path data) throws Exception {
        Files.writeString(
                data.resolve("toys.json"),
                IntStream.rangeClosed(1, 1200)
                        .mapToObj(i -> "{\"name\":\"Toy " + i + "\",\"price\":1,\"quantity\":9}")
                        .collect(Collectors.joining(",", "{\"products\":[", "]}")));
        try (TestStore large = TestStore.open(data);
                FaultyProxy proxy = new FaultyProxy(large.address())) {
            StorePage largePage = new StorePage(browser, proxy.address());
            largePage.open();
            assertThat(largePage.shownProducts().size()).isEqualTo(1000);
            assertThat(largePage.shownProducts().contains("Toy 999")).isFalse();
            assertThat(browser.text("#hint")).contains("1,000");

            largePage.search("Toy 99");

            await().until(() -> browser.text("#count").equals("11 toys"));
            assertThat(largePage.shownProducts()).contains("Toy 99", "Toy 990", "Toy 999");
            largePage.bought("Toy 999", 1);
            assertThat(largePage.faults()).isEmpty();
            page.open();
            browser.requests();
        }
    }

    @Test
    void printsMyOrdersAndNothingElse() {
        page.open();
        long number = page.bought("Space Rocket", 2);

        browser.emulate("print", Map.of());

        assertThat(browser.text("body").toLowerCase(Locale.ROOT))
                .contains("my orders", "order " + number, "space rocket", "$54.98")
                .doesNotContain("search", "left", "tux", "look up");
        assertThat(browser.count("button, input, select, svg, .product")).isZero();
    }
}
