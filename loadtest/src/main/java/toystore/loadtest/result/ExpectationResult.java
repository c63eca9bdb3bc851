package toystore.loadtest.result;

import java.util.Objects;

/**
 * Whether what was expected was found.
 *
 * @param expected as it was given: {@code buy.p99<20ms}
 * @param held in every step that it is about
 * @param found the worst that was found, and where, in a clause
 */
public record ExpectationResult(String expected, boolean held, String found) {
    public ExpectationResult {
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(found, "found");
    }
}
