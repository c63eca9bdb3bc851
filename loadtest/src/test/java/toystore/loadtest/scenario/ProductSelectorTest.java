package toystore.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;
import toystore.loadtest.scenario.ProductSelector.PopularityConverter;

class ProductSelectorTest {
    private static final int DRAWS = 1_000_000;

    @ParameterizedTest
    @CsvSource({"50, 1", "50, 0.8", "50, 2", "1000, 1", "7, 0", "1, 1"})
    void zipfFollowsItsLaw(int n, double exponent) {
        double sum = 0;
        for (int k = 1; k <= n; k++) {
            sum += Math.pow(k, -exponent);
        }
        double[] expected = new double[n];
        for (int k = 1; k <= n; k++) {
            expected[k - 1] = DRAWS * Math.pow(k, -exponent) / sum;
        }

        assertThat(chiSquare(counts(ProductSelector.zipf(n, exponent), n), expected))
                .isLessThan(mostByChance(n - 1));
    }

    @Test
    void uniformChoosesEachEquallyOften() {
        double[] expected = new double[50];
        Arrays.fill(expected, DRAWS / 50.0);

        assertThat(chiSquare(counts(ProductSelector.uniform(50), 50), expected)).isLessThan(mostByChance(49));
    }

    @ParameterizedTest
    @CsvSource({"uniform, 0", "zipf, 1", "zipf:1.25, 1.25", "zipf:0, 0", "zipf:10, 10"})
    void readsTheFlag(String text, double exponent) {
        assertThat(new PopularityConverter().convert(text).exponent()).isEqualTo(exponent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Zipf", "zipf:", "zipf:-1", "zipf:11", "zipf:1e3", "random"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> new PopularityConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("\"" + text
                        + "\" is not a distribution of products; expected uniform, zipf, or zipf:S with "
                        + "an exponent S from 0 to 10");
    }

    private static int[] counts(ProductSelector selector, int n) {
        SplittableRandom random = new SplittableRandom(42);
        int[] counts = new int[n];
        for (int i = 0; i < DRAWS; i++) {
            counts[selector.choose(random)]++;
        }
        return counts;
    }

    private static double chiSquare(int[] counts, double[] expected) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
        }
        return sum;
    }

    /** The value that chance exceeds about once in ten thousand times (approximation of Wilson and Hilferty). */
    private static double mostByChance(int degrees) {
        if (degrees == 0) {
            return 1e-9;
        }
        double variance = 2.0 / (9 * degrees);
        return degrees * Math.pow(1 - variance + 3.72 * Math.sqrt(variance), 3);
    }
}
