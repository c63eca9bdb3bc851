package toystore.loadtest.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import toystore.loadtest.result.Results.Axis;

/** Properties of all texts, checked with some hundred of them. */
class SeriesPropertiesTest {

    @Property(tries = 500)
    void readsAnyTextOrRefusesItClearly(@ForAll("almostSeries") String text, @ForAll Axis axis) {
        try {
            assertThat(Series.parse(text, axis).values())
                    .isNotEmpty()
                    .isSorted()
                    .doesNotHaveDuplicates();
        } catch (IllegalArgumentException refusal) {
            assertThat(refusal.getMessage()).contains(" is not a series: ").doesNotContain("\n");
        }
    }

    @Property(tries = 300)
    void aRangeOfRatesKeepsItsEndsAndAscends(
            @ForAll @DoubleRange(min = 0.01, max = 1_000_000) double a,
            @ForAll @DoubleRange(min = 0.01, max = 1_000_000) double b) {
        String low = String.format(Locale.ROOT, "%.2f", Math.min(a, b));
        String high = String.format(Locale.ROOT, "%.2f", Math.max(a, b));
        Assume.that(!low.equals(high));

        List<Double> rates = Series.parse(low + ".." + high, Axis.RATE).values();

        assertThat(rates)
                .startsWith(Double.valueOf(low))
                .endsWith(Double.valueOf(high))
                .hasSizeLessThanOrEqualTo(12)
                .isSorted();
    }

    @Property(tries = 300)
    void aRangeWithAStepCountsExactly(
            @ForAll @IntRange(min = 1, max = 50) int first,
            @ForAll @IntRange(min = 1, max = 20) int step,
            @ForAll @IntRange(min = 2, max = 99) int steps) {
        String range = hundredths(first) + ".." + hundredths(first + step * steps) + ":" + hundredths(step);

        List<Double> values = Series.parse(range, Axis.RATE).values();

        assertThat(values).hasSize(steps + 1);
        for (int i = 0; i <= steps; i++) {
            assertThat(values.get(i)).isEqualTo(Double.parseDouble(hundredths(first + step * i)));
        }
    }

    private static String hundredths(int value) {
        return BigDecimal.valueOf(value, 2).toPlainString();
    }

    @Provide
    Arbitrary<String> almostSeries() {
        return Arbitraries.of(
                        "0",
                        "1",
                        "2",
                        "4",
                        "64",
                        "0.5",
                        "1000",
                        "999999999",
                        ",",
                        ",",
                        ",",
                        "…",
                        ":",
                        "..",
                        ".",
                        "...",
                        " ",
                        "-",
                        "\n")
                .list()
                .ofMaxSize(9)
                .map(parts -> String.join("", parts));
    }
}
