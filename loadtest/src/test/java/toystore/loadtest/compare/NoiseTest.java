package toystore.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class NoiseTest {
    private static final Offset<Double> EXACTLY = within(1e-12);

    @Test
    void agreesWithTheTables() {
        assertThat(p(new double[] {1, 2, 3, 4, 5}, 6, 7, 8, 9, 10)).isEqualTo(2 / 252.0, EXACTLY); // U = 0
        assertThat(p(new double[] {6, 7, 8, 9, 10}, 1, 2, 3, 4, 5)).isEqualTo(2 / 252.0, EXACTLY);
        assertThat(p(new double[] {1, 2, 3, 4, 6}, 5, 7, 8, 9, 10)).isEqualTo(4 / 252.0, EXACTLY); // U = 1
        assertThat(p(new double[] {1, 2, 3, 4, 7}, 5, 6, 8, 9, 10)).isEqualTo(8 / 252.0, EXACTLY); // U = 2
        assertThat(p(new double[] {1, 2, 3, 4}, 5, 6, 7, 8)).isEqualTo(2 / 70.0, EXACTLY);
        assertThat(p(new double[] {1}, 2)).isEqualTo(1, EXACTLY);
        assertThat(p(new double[] {1, 4, 5, 8}, 2, 3, 6, 7)).isEqualTo(1, EXACTLY); // as even as can be
    }

    @Test
    void agreesWithTheCriticalValuesOfTheTables() {
        // Two-sided, 1 %: U = 4 for 7 and 7 values, U = 16 for 10 and 10.
        assertThat(pOf(4, 7)).isLessThan(0.01);
        assertThat(pOf(5, 7)).isGreaterThan(0.01);
        assertThat(pOf(16, 10)).isLessThan(0.01);
        assertThat(pOf(17, 10)).isGreaterThan(0.01);
    }

    @Test
    void givesEqualValuesTheMeanOfTheirRanks() {
        assertThat(p(new double[] {3, 3, 3}, 3, 3, 3)).isEqualTo(1, EXACTLY);
        // Ranks 1.5, 1.5 and 3.5, 3.5: one of the six pairs is that low, one that high.
        assertThat(p(new double[] {1, 1}, 2, 2)).isEqualTo(2 / 6.0, EXACTLY);
        // Ranks 1, 2.5 and 2.5, 4: sums of pairs are 3.5, 3.5, 5, 5, 6.5, 6.5.
        assertThat(p(new double[] {1, 2}, 2, 3)).isEqualTo(4 / 6.0, EXACTLY);
    }

    @Test
    void knowsHowManyRunsMakeAVerdictPossible() {
        assertThat(Noise.of(new double[4], new double[4])).isEqualTo(Noise.UNKNOWN);
        assertThat(Noise.of(new double[0], new double[9])).isEqualTo(Noise.UNKNOWN);
        assertThat(Noise.of(new double[2], new double[1000])).isEqualTo(Noise.WITHIN);
        assertThat(Noise.of(new double[4], new double[6])).isEqualTo(Noise.WITHIN);
        assertThat(Noise.of(new double[5], new double[5])).isEqualTo(Noise.WITHIN);
        assertThat(Noise.of(new double[] {1, 2, 3, 4, 5}, new double[] {6, 7, 8, 9, 10}))
                .isEqualTo(Noise.LARGER);
        assertThat(Noise.of(new double[] {1, 2, 3, 4, 6}, new double[] {5, 7, 8, 9, 10}))
                .isEqualTo(Noise.WITHIN);
    }

    @Test
    void countsTheFirstThirtyOfMoreRunsThanAnyoneMakes() {
        double[] before = IntStream.range(0, 5000).asDoubleStream().toArray();
        double[] after = DoubleStream.of(before).map(value -> value + 10_000).toArray();
        assertThat(Noise.p(before, after)).isBetween(1e-17, 1e-16);
    }

    @Property(tries = 200)
    void isWhatTryingAllArrangementsGives(
            @ForAll @Size(min = 1, max = 5) @IntRange(max = 9) int[] before,
            @ForAll @Size(min = 1, max = 5) @IntRange(max = 9) int[] after) {
        double[] all = IntStream.concat(Arrays.stream(before), Arrays.stream(after))
                .asDoubleStream()
                .toArray();
        int asFound = (1 << before.length) - 1;
        double found = unevenness(all, asFound);
        long same = IntStream.range(0, 1 << all.length)
                .filter(set -> Integer.bitCount(set) == before.length)
                .count();
        long asUneven = IntStream.range(0, 1 << all.length)
                .filter(set -> Integer.bitCount(set) == before.length && unevenness(all, set) >= found)
                .count();

        assertThat(Noise.p(
                        Arrays.stream(before).asDoubleStream().toArray(),
                        Arrays.stream(after).asDoubleStream().toArray()))
                .isEqualTo((double) asUneven / same, EXACTLY);
    }

    /**
     * How far U is from its mean, by the definition of U: pairs in which the first is larger, halves for equal ones.
     */
    private static double unevenness(double[] all, int set) {
        double u = 0;
        double pairs = 0;
        for (int i = 0; i < all.length; i++) {
            for (int j = 0; j < all.length; j++) {
                if ((set >> i & 1) == 1 && (set >> j & 1) == 0) {
                    u += all[i] > all[j] ? 1 : all[i] == all[j] ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return Math.abs(u - pairs / 2);
    }

    /**
     * For two groups of that size: the second is above all of the first but for its first values, above all but one
     * each.
     */
    private static double pOf(int u, int size) {
        double[] before = new double[size];
        double[] after = new double[size];
        for (int i = 0; i < size; i++) {
            before[i] = i;
            after[i] = size + i;
        }
        // The last of before goes past as many of after as it takes, then the one before it.
        for (int i = size - 1, rest = u; rest > 0; i--) {
            int past = Math.min(rest, size);
            before[i] = size + past - 0.5 - 0.01 * (size - i);
            rest -= past;
        }
        return Noise.p(before, after);
    }

    private static double p(double[] before, double... after) {
        return Noise.p(before, after);
    }
}
