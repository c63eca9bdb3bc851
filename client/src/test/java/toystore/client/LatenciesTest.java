package toystore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import toystore.client.Latencies.Kind;

class LatenciesTest {

    @Test
    void givesAverageAndPercentilesInMilliseconds() {
        Latencies latencies = new Latencies();
        for (int ms = 1; ms <= 100; ms++) {
            latencies.record(Kind.QUERY, Duration.ofMillis(ms).toNanos());
        }

        assertThat(latencies.count(Kind.QUERY)).isEqualTo(100);
        assertThat(latencies.average(Kind.QUERY)).isCloseTo(50.5, withinPercentage(0.1));
        assertThat(latencies.percentile(Kind.QUERY, 50)).isCloseTo(50, withinPercentage(0.1));
        assertThat(latencies.percentile(Kind.QUERY, 99)).isCloseTo(99, withinPercentage(0.1));
        assertThat(latencies.percentile(Kind.QUERY, 100)).isCloseTo(100, withinPercentage(0.1));
    }

    @Test
    void excludesSoldOutResponsesAndLookUpsFromTheAverage() {
        Latencies latencies = new Latencies();
        latencies.record(Kind.QUERY, Duration.ofMillis(1).toNanos());
        latencies.record(Kind.ORDER, Duration.ofMillis(3).toNanos());
        latencies.record(Kind.SOLD_OUT, Duration.ofMillis(500).toNanos());
        latencies.record(Kind.LOOK_UP, Duration.ofMillis(500).toNanos());

        assertThat(latencies.average()).isCloseTo(2, withinPercentage(0.1));
        assertThat(latencies.average(Kind.ORDER)).isCloseTo(3, withinPercentage(0.1));
    }

    @Test
    void addsUpLatenciesOfSeveral() {
        Latencies one = new Latencies();
        one.record(Kind.ORDER, Duration.ofMillis(1).toNanos());
        Latencies other = new Latencies();
        other.record(Kind.ORDER, Duration.ofMillis(3).toNanos());
        other.recordFailure("no answer");

        one.add(other);

        assertThat(one.count(Kind.ORDER)).isEqualTo(2);
        assertThat(one.average(Kind.ORDER)).isCloseTo(2, withinPercentage(0.1));
        assertThat(one.failed()).isEqualTo(1);
        assertThat(one.firstFailure()).hasValue("no answer");
    }

    @Test
    void isZeroWithoutRequestsAndCapsExtremeLatencies() {
        Latencies latencies = new Latencies();
        assertThat(latencies.average()).isZero();
        assertThat(latencies.percentile(Kind.ORDER, 99)).isZero();

        latencies.record(Kind.ORDER, Duration.ofHours(1).toNanos());

        assertThat(latencies.percentile(Kind.ORDER, 99)).isCloseTo(120_000, withinPercentage(0.1));
        latencies.reset();
        assertThat(latencies.count(Kind.ORDER)).isZero();
    }
}
