package toystore.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;

/** The timeline of a run. */
class IntervalsTest {
    private final List<String> logged = new ArrayList<>();
    private Intervals intervals;

    @BeforeEach
    void begin() {
        intervals = new Intervals((tag, interval) -> logged.add(tag + " " + interval.getTotalCount()), 0);
    }

    @Test
    void addsAShortLastIntervalToTheOneBefore() {
        record(RequestOutcome.OK, 99, 10);
        record(RequestOutcome.TIMEOUT, 2, 1);
        intervals.end(1, 1);
        record(RequestOutcome.OK, 1, 500);
        record(RequestOutcome.TIMEOUT, 1, 1);
        intervals.addUnsolicited(3);
        intervals.endLast(1.25, 0.25);

        assertThat(intervals.timeline()).singleElement().satisfies(all -> {
            assertThat(all.at()).isEqualTo(1.25);
            assertThat(all.seconds()).isEqualTo(1.25);
            assertThat(all.ok()).isEqualTo(100);
            assertThat(all.failed()).isEqualTo(3);
            assertThat(all.unsolicited()).isEqualTo(3);
            assertThat(all.p99()).isCloseTo(10, withinPercentage(1));
            assertThat(all.max()).isCloseTo(500, withinPercentage(1));
        });
        assertThat(logged).as("the raw histograms are not combined").hasSize(4).contains("query.ok.latency 1");
    }

    @Test
    void keepsALongLastInterval() {
        record(RequestOutcome.OK, 100, 10);
        intervals.end(1, 1);
        record(RequestOutcome.OK, 30, 20);
        intervals.endLast(1.75, 0.75);

        assertThat(intervals.timeline()).extracting(IntervalStats::ok).containsExactly(100L, 30L);
        assertThat(intervals.timeline().get(1).p50()).isCloseTo(20, withinPercentage(1));
    }

    @Test
    void hasOneIntervalForAShortRun() {
        record(RequestOutcome.OK, 4, 10);
        intervals.endLast(0.2, 0.2);

        assertThat(intervals.timeline())
                .singleElement()
                .satisfies(all -> assertThat(all.seconds()).isEqualTo(0.2));
    }

    private void record(RequestOutcome outcome, int count, long millis) {
        Histogram nanos = new Histogram(3);
        nanos.recordValueWithCount(millis * 1_000_000, count);
        intervals.addLatency(Kind.QUERY, outcome, nanos, null);
    }
}
