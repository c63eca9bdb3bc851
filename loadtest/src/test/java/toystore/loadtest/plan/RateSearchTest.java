package toystore.loadtest.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.loadtest.plan.FindMax.RateSearch;

/** The search for a known rate. */
class RateSearchTest {
    private final List<Double> tried = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "500, 62.5, 62.5", // an eighth; a former search ended there without trying it
        "500, 100,  95.2",
        "500, 3,    2.85",
        "500, 0.7,  0.66",
        "500, 0.02, 0.02",
        "100000, 1.25, 1.19",
        "1.5, 0.31, 0.29",
        "0.5, 0.13, 0.12",
        "1,   20000, 19000",
        "0.1, 7.77, 7.39",
        "500, 501,  500",
        "0.002, 0.003, 0.002",
    })
    void findsTheHighestRate(double first, double highest, double atLeast) {
        double found = search(first, highest, 0.05);

        assertThat(found).isBetween(atLeast, highest);
        assertThat(tried).doesNotHaveDuplicates().hasSizeLessThan(30);
        assertThat(tried.get(0)).isEqualTo(first);
    }

    @Test
    void triesItsBounds() {
        assertThat(search(600_000, 2_000_000, 0.05)).isEqualTo(1_000_000);
        assertThat(tried).containsExactly(600_000.0, 1_000_000.0);

        assertThat(search(500, 0, 0.05)).isZero();
        assertThat(tried).containsExactly(500.0, 250.0, 62.5, 7.81, 0.488, 0.02);

        assertThat(search(0.001, 0, 0.05)).isZero();
        assertThat(tried).containsExactly(0.001);

        assertThat(search(1_000_000, 2_000_000, 0.05)).isEqualTo(1_000_000);
        assertThat(tried).containsExactly(1_000_000.0);
    }

    @Test
    void endsWhenNoRateWithThreeDigitsIsLeft() {
        assertThat(search(100, 123.4, 0)).isEqualTo(123);
        assertThat(tried).contains(124.0);
    }

    @Property
    void findsTheHighestRateWithThePrecision(
            @ForAll @DoubleRange(min = 0.02, max = 1_000_000) double first,
            @ForAll @DoubleRange(min = 0.02, max = 1_000_000) double highest,
            @ForAll @DoubleRange(min = 0.01, max = 1) double precision) {
        double found = search(first, highest, precision);

        assertThat(found).isLessThanOrEqualTo(highest).isGreaterThanOrEqualTo(highest / (1 + precision) * 0.99);
        assertThat(tried).doesNotHaveDuplicates().hasSizeLessThan(45);
    }

    private double search(double first, double highest, double precision) {
        tried.clear();
        RateSearch search = new RateSearch(first, precision);
        while (!search.isOver()) {
            tried.add(search.rate());
            search.record(search.rate() <= highest);
        }
        return search.highestMet();
    }
}
