package toystore.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static toystore.browser.Browser.await;

import java.util.List;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import toystore.common.Address;

/** The page of a store in the current tab of a browser. Not thread-safe. */
final class StorePage {
    private final Browser browser;
    private final String origin;

    StorePage(Browser browser, Address store) {
        this.browser = browser;
        this.origin = "http://" + store;
    }

    String origin() {
        return origin;
    }

    /** Opens the page, and waits until it shows the products. */
    void open() {
        browser.open(origin + "/");
        awaitProducts();
    }

    /** Loads the page again, and waits until it shows the products. */
    void reload() {
        browser.reload();
        awaitProducts();
    }

    private void awaitProducts() {
        await().until(() -> browser.count("#products[aria-busy=false]") == 1);
    }

    /** Returns the selector of a part of a product's card. */
    static String card(String product, String part) {
        return ".product[data-name=\"" + product.replace("\\", "\\\\").replace("\"", "\\\"") + "\"] " + part;
    }

    /** Returns the names of the products that are shown, in their order. */
    List<String> shownProducts() {
        return browser.readAll("return [...document.querySelectorAll('.product')]"
                + ".filter(card => card.checkVisibility()).map(card => card.dataset.name)");
    }

    void search(String text) {
        WebElement field = browser.find("#search");
        field.clear();
        field.sendKeys(text);
    }

    void enterQuantity(String product, int quantity) {
        browser.find(card(product, ".quantity")).sendKeys(Keys.chord(Keys.CONTROL, "a"), Integer.toString(quantity));
    }

    void pressBuy(String product) {
        browser.find(card(product, ".buy")).click();
    }

    void buy(String product, int quantity) {
        enterQuantity(product, quantity);
        pressBuy(product);
    }

    String state(String product) {
        return browser.read(
                "return document.querySelector(arguments[0]).dataset.state",
                card(product, "").strip());
    }

    void awaitState(String product, String state) {
        await().untilAsserted(() -> assertThat(state(product)).isEqualTo(state));
    }

    String stock(String product) {
        return browser.text(card(product, ".stock"));
    }

    String outcome(String product) {
        return browser.text(card(product, ".outcome"));
    }

    /** Buys, waits for the confirmation, and returns the order number in it. */
    long bought(String product, int quantity) {
        buy(product, quantity);
        return confirmed(product);
    }

    /** Waits for the confirmation of a buy, and returns the order number in it. */
    long confirmed(String product) {
        awaitState(product, "bought");
        String number = browser.attribute(card(product, ".outcome .order"), "data-number");
        return Long.parseLong(number);
    }

    /** Returns the numbers of My orders, the newest first. */
    List<Long> myOrders() {
        List<String> numbers = browser.readAll("return [...document.querySelectorAll('#orders-list > li > .order')]"
                + ".map(order => order.dataset.number)");
        return numbers.stream().map(Long::valueOf).toList();
    }

    void lookUp(String number) {
        WebElement field = browser.find("#lookup-number");
        field.clear();
        field.sendKeys(number, Keys.ENTER);
    }

    /** Returns the buys that have no final answer, as they are stored. */
    List<String> openBuys() {
        return browser.readAll("return Object.keys(localStorage).filter(key => key.startsWith('toystore.buy.'))"
                + ".map(key => localStorage[key])");
    }

    /** Stores a buy of one unit, as if it had been begun so long ago. */
    void storeBuy(String product, long ageMillis) {
        browser.run("""
                const [name, age] = arguments;
                const key = crypto.randomUUID().replaceAll("-", "");
                localStorage[`toystore.buy.${key}`] = JSON.stringify({ key, name, quantity: 1, begun: Date.now() - age });
                """, product, ageMillis);
    }

    /** Makes the page send at once what it would send later: the browser says that it has a network again. */
    void hurry() {
        browser.run("dispatchEvent(new Event('online'))");
    }

    /** Returns the texts that a screen reader has spoken since the page was opened. */
    List<String> announcements() {
        return browser.readAll("return probe.announcements");
    }

    /** Returns the paths of the requests that the scripts of the page have begun. */
    List<String> fetches() {
        return browser.readAll("return probe.fetches");
    }

    /** Returns the violations of the Content Security Policy and the errors of scripts since the page was opened. */
    List<String> faults() {
        return browser.readAll("return [...probe.violations, ...probe.errors]");
    }
}
