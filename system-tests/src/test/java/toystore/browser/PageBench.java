package toystore.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import toystore.common.Address;

/**
 * Measures how long the page of a running store takes in a browser; it is no test, and runs only by its name.
 *
 * <p>The address of the store is in the system property {@code store}; the default is that of {@code ./toystore up}.
 * Times end when the browser has painted. The store sells 50 units.
 */
class PageBench {
    private static final int TIMES = 50;

    private static final String MEASURE_LIST = """
            addEventListener("DOMContentLoaded", () => {
              const products = document.querySelector("#products");
              const observer = new MutationObserver(() => {
                if (products.getAttribute("aria-busy") !== "true" && products.querySelector(".product")) {
                  observer.disconnect();
                  requestAnimationFrame(() => setTimeout(() => window.listShown = performance.now()));
                }
              });
              observer.observe(products, { attributes: true, childList: true });
            });
            """;

    private static final String MEASURE_BUY = """
            const index = arguments[0];
            const cards = document.querySelectorAll(".product[data-stock=plenty]");
            const card = cards[index % cards.length];
            card.scrollIntoView({ block: "center", behavior: "instant" });
            return new Promise(done => {
            const observer = new MutationObserver(() => {
              if (card.dataset.state === "bought") {
                observer.disconnect();
                requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
              }
            });
            observer.observe(card, { attributes: true });
            const start = performance.now();
            card.querySelector(".buy").click();
            });
            """;

    @Test
    void measure() throws Exception {
        Address store = Address.parse(System.getProperty("store", "127.0.0.1:8080"), 8080);
        try (Browser browser = Browser.open()) {
            StorePage page = new StorePage(browser, store);
            browser.runBeforeEachPage(MEASURE_LIST);
            List<Double> first = new ArrayList<>();
            List<Double> again = new ArrayList<>();
            List<Double> buys = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                browser.forget(page.origin());
                first.add(timeOfList(browser, page));
                again.add(timeOfList(browser, page));
            }
            for (int i = 0; i < TIMES; i++) {
                buys.add(browser.measure(MEASURE_BUY, i));
            }
            print("list shown, empty browser cache", first);
            print("list shown, assets in the cache", again);
            print("confirmation of a buy", buys);
        }
    }

    private static double timeOfList(Browser browser, StorePage page) {
        page.open();
        return browser.measure("""
                return new Promise(done => {
                  const check = () => window.listShown ? done(listShown) : requestAnimationFrame(check);
                  check();
                });
                """);
    }

    private static void print(String what, List<Double> times) {
        List<Double> sorted = times.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-32s n=%d  p50 %.0f ms  p95 %.0f ms  max %.0f ms%n",
                what,
                sorted.size(),
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 95 / 100),
                sorted.get(sorted.size() - 1));
    }
}
