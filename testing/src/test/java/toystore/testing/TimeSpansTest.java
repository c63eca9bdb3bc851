package toystore.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeSpansTest {
    private final List<Duration> spans = new ArrayList<>();

    @Test
    void growUntilTheCheckHolds() throws Exception {
        TimeSpans.growing(Duration.ofMillis(100), span -> {
            spans.add(span);
            assertThat(span).isGreaterThan(Duration.ofMillis(300));
        });

        assertThat(spans).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
    }

    @Test
    void failWithACheckThatNeverHolds() {
        assertThatThrownBy(() -> TimeSpans.growing(Duration.ofSeconds(20), span -> {
                    spans.add(span);
                    throw new IllegalStateException("after " + span);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("after PT40S");
        assertThat(spans).containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(40));
    }
}
