package toystore.client;

import java.time.Duration;
import java.util.List;

/**
 * What all shoppers together did and found.
 *
 * @param took from the first request to the last answer, or until it was cut short
 * @param cutShort whether the shopping was ended before its time
 * @param waiting shoppers that had a request without an answer then
 */
record Summary(ClientConfig config, List<ShopperResult> shoppers, Duration took, boolean cutShort, long waiting) {
    Summary {
        shoppers = List.copyOf(shoppers);
    }

    /** Of all shoppers; a new one each time. */
    Latencies overall() {
        Latencies overall = new Latencies();
        shoppers.forEach(shopper -> overall.add(shopper.latencies()));
        return overall;
    }

    /** Whether every order was read back and is what was acknowledged. */
    boolean allOrdersMatch() {
        return mismatches().isEmpty() && readBack() == orders();
    }

    int rounds() {
        return shoppers.stream().mapToInt(ShopperResult::rounds).sum();
    }

    /** Rounds that found nothing left of their toy. */
    int soldOutRounds() {
        return shoppers.stream().mapToInt(ShopperResult::soldOutRounds).sum();
    }

    int orders() {
        return shoppers.stream().mapToInt(ShopperResult::orders).sum();
    }

    int readBack() {
        return shoppers.stream().mapToInt(ShopperResult::readBack).sum();
    }

    int sentAgain() {
        return shoppers.stream().mapToInt(ShopperResult::sentAgain).sum();
    }

    List<String> mismatches() {
        return shoppers.stream()
                .flatMap(shopper -> shopper.mismatches().stream())
                .toList();
    }
}
