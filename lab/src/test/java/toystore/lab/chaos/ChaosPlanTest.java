package toystore.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toystore.lab.chaos.ChaosPlan.Parts;
import toystore.lab.chaos.NetworkFault.NetworkFaultKind;
import toystore.lab.chaos.NodeFault.NodeFaultKind;

class ChaosPlanTest {
    private static final Parts TWO_CELLS = new Parts(2, 3, true, true);

    @Test
    void dependsOnTheSeedAndTheParts() {
        assertThat(faults(7, 100, TWO_CELLS))
                .isEqualTo(faults(7, 100, TWO_CELLS))
                .isNotEqualTo(faults(8, 100, TWO_CELLS))
                .isNotEqualTo(faults(7, 100, new Parts(3, 3, true, true)));
    }

    @Test
    void hasOnlyTheFaultsOfItsServicesForAStoreOnFiles() {
        FaultPlan services = new FaultPlan(7);
        assertThat(faults(7, 100, new Parts(1, 0, false, false)))
                .isEqualTo(Stream.generate(() -> new CellFault(0, false, services.next()))
                        .limit(100)
                        .toList());
    }

    @Test
    void takesEachFaultOfANodeFromItsDeck() {
        Map<NodeFaultKind, Long> kinds = faults(3, 2000, TWO_CELLS).stream()
                .filter(NodeFault.class::isInstance)
                .limit(10 * ChaosPlan.NODE_DECK)
                .map(fault -> ((NodeFault) fault).kind())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertThat(kinds)
                .containsEntry(NodeFaultKind.KILL_PRIMARY, 30L)
                .containsEntry(NodeFaultKind.FREEZE_PRIMARY, 20L)
                .containsEntry(NodeFaultKind.RESTART_PRIMARY, 10L)
                .containsEntry(NodeFaultKind.KILL_STANDBY, 10L)
                .containsEntry(NodeFaultKind.FREEZE_STANDBY, 10L);
    }

    @Test
    void reachesEveryCell() {
        assertThat(faults(5, 500, TWO_CELLS))
                .anySatisfy(fault -> assertThat(fault).hasToString("kill -9 cell-2 orders"));
        assertThat(faults(5, 500, TWO_CELLS))
                .filteredOn(NetworkFault.class::isInstance)
                .extracting(fault -> ((NetworkFault) fault).kind() + " " + ((NetworkFault) fault).cell())
                .contains("PARTITION 0", "PARTITION 1", "DELAY -1", "LOSS -1");
    }

    @Test
    void leavesOutWhatCannotFail() {
        assertThat(faults(5, 500, new Parts(2, 3, true, false)))
                .filteredOn(NetworkFault.class::isInstance)
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(((NetworkFault) fault).kind()).isEqualTo(NetworkFaultKind.PARTITION));
        assertThat(faults(5, 500, new Parts(2, 3, false, false))).noneMatch(NetworkFault.class::isInstance);
        assertThat(faults(5, 500, new Parts(2, 1, false, false)))
                .filteredOn(NodeFault.class::isInstance)
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(((NodeFault) fault).kind()).isEqualTo(NodeFaultKind.RESTART_PRIMARY));
    }

    @Test
    void sparesOrdersThroughOtherCells() {
        assertThat(faults(5, 500, TWO_CELLS)).allSatisfy(fault -> {
            boolean first = fault.affects(0);
            boolean second = fault.affects(1);
            boolean all = fault instanceof NodeFault || fault.toString().matches("5 ms.*|1 %.*");
            assertThat(first && second).as(fault.toString()).isEqualTo(all);
            assertThat(first || second).isTrue();
        });
    }

    private static List<Fault> faults(long seed, int count, Parts parts) {
        return Stream.generate(new ChaosPlan(seed, parts)).limit(count).toList();
    }
}
