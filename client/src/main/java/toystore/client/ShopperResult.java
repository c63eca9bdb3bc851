package toystore.client;

import java.util.List;

/**
 * What a shopper did and found.
 *
 * @param rounds that it made
 * @param soldOutRounds of those, that found nothing left of the toy
 * @param orders that the store acknowledged
 * @param readBack of those, looked up at the end and found
 * @param sentAgain orders that were sent more than once
 * @param mismatches orders that were found to differ, each in a sentence
 * @param latencies not to be changed
 */
record ShopperResult(
        int rounds,
        int soldOutRounds,
        int orders,
        int readBack,
        int sentAgain,
        List<String> mismatches,
        Latencies latencies) {
    ShopperResult {
        mismatches = List.copyOf(mismatches);
    }
}
