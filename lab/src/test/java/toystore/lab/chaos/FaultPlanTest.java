package toystore.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toystore.lab.chaos.ServiceFault.FaultKind;
import toystore.lab.store.LabStore.Service;

class FaultPlanTest {
    @Test
    void dependsOnTheSeedAlone() {
        assertThat(faults(7, 100)).isEqualTo(faults(7, 100)).isNotEqualTo(faults(8, 100));
    }

    @Test
    void killsAndFreezesEachServiceEquallyOftenInEveryDeck() {
        List<ServiceFault> deck = faults(3, FaultPlan.DECK);

        for (Service service : Service.values()) {
            assertThat(deck)
                    .filteredOn(fault ->
                            fault.kind() == FaultKind.KILL && fault.targets().contains(service))
                    .hasSize(7);
            assertThat(deck)
                    .filteredOn(fault ->
                            fault.kind() == FaultKind.FREEZE && fault.targets().contains(service))
                    .hasSize(1);
        }
        assertThat(deck).filteredOn(fault -> fault.targets().size() == 3).hasSize(1);
    }

    @Test
    void terminatesEachServiceOnceInThreeDecks() {
        assertThat(faults(5, 3 * FaultPlan.DECK))
                .filteredOn(fault -> fault.kind() == FaultKind.TERMINATE)
                .flatExtracting(ServiceFault::targets)
                .containsExactlyInAnyOrder(Service.values());
    }

    @Test
    void pausesAndDownTimesAreWithinTheirLimits() {
        assertThat(faults(11, 1000)).allSatisfy(fault -> {
            assertThat(fault.before()).isBetween(Duration.ZERO, Duration.ofMillis(700));
            switch (fault.kind()) {
                case KILL -> assertThat(fault.down()).isLessThanOrEqualTo(Duration.ofSeconds(1));
                case FREEZE -> assertThat(fault.down()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
                case TERMINATE -> assertThat(fault.down()).isZero();
            }
        });
    }

    @Test
    void namesTargetsInTheOrderInWhichServicesStart() {
        assertThat(faults(1, 200))
                .allSatisfy(fault -> assertThat(fault.targets())
                        .isEqualTo(Arrays.stream(Service.values())
                                .filter(fault.targets()::contains)
                                .toList()));
    }

    private static List<ServiceFault> faults(long seed, int count) {
        FaultPlan plan = new FaultPlan(seed);
        return Stream.generate(plan::next).limit(count).toList();
    }
}
