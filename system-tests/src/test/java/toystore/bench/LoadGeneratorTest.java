package toystore.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadGeneratorTest {
    @Test
    void countsAllTicksOfTheMachineButIdleTime() {
        String stat = """
                cpu  1 20 300 4000 50000 600000 7000000 80000000 0 0
                cpu0 1 1 1 1 1 1 1 1 1 1
                """;

        assertThat(LoadGenerator.busyTicks(stat)).isEqualTo(87_600_321);
    }
}
