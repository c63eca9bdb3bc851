package toystore.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toystore.chaos.Action.Kind;

class FaultPlanTest {
    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() {
        assertThat(actions(7, 100)).isEqualTo(actions(7, 100)).isNotEqualTo(actions(8, 100));
    }

    @Test
    void killsAndFreezesEachServiceAsOftenInEveryDeck() {
        List<Action> deck = actions(3, FaultPlan.DECK);

        for (Service service : Service.values()) {
            assertThat(deck)
                    .filteredOn(action ->
                            action.kind() == Kind.KILL && action.victims().contains(service))
                    .hasSize(7);
            assertThat(deck)
                    .filteredOn(action ->
                            action.kind() == Kind.FREEZE && action.victims().contains(service))
                    .hasSize(1);
        }
        assertThat(deck).filteredOn(action -> action.victims().size() == 3).hasSize(1);
    }

    @Test
    void terminatesEachServiceInThreeDecks() {
        assertThat(actions(5, 3 * FaultPlan.DECK))
                .filteredOn(action -> action.kind() == Kind.TERMINATE)
                .flatExtracting(Action::victims)
                .containsExactlyInAnyOrder(Service.values());
    }

    @Test
    void pausesAndFreezesForAsLongAsItSays() {
        assertThat(actions(11, 1000)).allSatisfy(action -> {
            assertThat(action.before()).isBetween(Duration.ZERO, Duration.ofMillis(700));
            switch (action.kind()) {
                case KILL -> assertThat(action.down()).isLessThanOrEqualTo(Duration.ofSeconds(1));
                case FREEZE -> assertThat(action.down()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
                case TERMINATE -> assertThat(action.down()).isZero();
            }
        });
    }

    @Test
    void namesItsVictimsInTheOrderInWhichTheyAreStarted() {
        assertThat(actions(1, 200))
                .allSatisfy(action -> assertThat(action.victims())
                        .isEqualTo(Arrays.stream(Service.values())
                                .filter(action.victims()::contains)
                                .toList()));
    }

    private static List<Action> actions(long seed, int count) {
        FaultPlan plan = new FaultPlan(seed);
        return Stream.generate(plan::next).limit(count).toList();
    }
}
