package toystore.lab.shoppers;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the requests of all shoppers. Thread-safe.
 *
 * @param orders placed and acknowledged; an acknowledgement that is repeated does not count
 * @param queries for a product that were answered
 * @param failures orders and queries without a response, or with one that says that the store is not available
 */
public record RequestCounts(LongAdder orders, LongAdder queries, LongAdder failures) {
    RequestCounts() {
        this(new LongAdder(), new LongAdder(), new LongAdder());
    }
}
