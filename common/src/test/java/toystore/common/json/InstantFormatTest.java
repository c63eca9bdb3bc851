package toystore.common.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times are written and read as {@link Instant} does it. */
class InstantFormatTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-02T03:04:05.678Z",
                "2026-01-02T03:04:05.008Z",
                "2026-01-02T03:04:05.600Z",
                "2026-01-02T03:04:05Z",
                "2026-01-02T03:04:00Z",
                "2026-01-02T03:04:05.678901Z",
                "2026-01-02T03:04:05.000000001Z",
                "1969-12-31T23:59:59.999Z",
                "2024-02-29T23:59:59.999Z",
                "2026-01-02T24:00:00.000Z",
                "2026-06-30T23:59:60.000Z",
                "-0001-12-31T23:59:59.999Z",
                "+10000-01-01T00:00:00.001Z"
            })
    void writesAndReadsAsInstantDoes(String text) {
        Instant time = Instant.parse(text);

        assertThat(InstantFormat.format(time)).isEqualTo(time.toString());
        assertThat(InstantFormat.parse(text)).isEqualTo(time);
        assertThat(InstantFormat.parse(InstantFormat.format(time))).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-01-02 03:04:05.678Z",
                "2026-13-02T03:04:05.678Z",
                "2026-02-29T03:04:05.678Z",
                "2026-01-02T03:04:60.678Z",
                "2026-01-02T03:04:05.67xZ",
                "2026-01-02T03:04:05.678+"
            })
    void refusesInvalidTimes(String text) {
        assertThatThrownBy(() -> InstantFormat.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
