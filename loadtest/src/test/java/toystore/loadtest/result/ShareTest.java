package toystore.loadtest.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares are short, and no share above 0 looks like 0. */
class ShareTest {
    @ParameterizedTest
    @CsvSource({
        "1, 20000, less than 0.01 %",
        "1, 10000, 0.01 %",
        "21, 400, 5.25 %",
        "7978, 16000, 49.9 %",
        "3, 3, 100.0 %",
        "0, 3, 0.00 %",
        "0, 0, 0.00 %",
    })
    void isFormattedInPercent(long part, long whole, String text) {
        assertThat(Share.of(part, whole)).isEqualTo(text);
    }
}
