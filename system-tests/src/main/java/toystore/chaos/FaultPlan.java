package toystore.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import toystore.chaos.Action.Kind;

/**
 * What is done to the store, one action after the other without an end: a pure function of the seed. Actions are dealt
 * from shuffled decks, so that each service gets its share: in a deck of {@value #DECK} each is killed seven times
 * (alone, in pairs, with both others) and frozen once, and every third deck terminates it.
 */
final class FaultPlan {
    static final int DECK = 20;
    private static final int KILLS_ALONE = 4;

    private final Random random;
    private final Deque<Action> deck = new ArrayDeque<>();
    private final Deque<Service> toTerminate = new ArrayDeque<>(List.of(Service.values()));

    FaultPlan(long seed) {
        this.random = new Random(seed);
    }

    Action next() {
        if (deck.isEmpty()) {
            deck.addAll(shuffledDeck());
        }
        return deck.remove();
    }

    private List<Action> shuffledDeck() {
        List<Action> actions = new ArrayList<>();
        for (Service service : Service.values()) {
            for (int i = 0; i < KILLS_ALONE; i++) {
                actions.add(kill(EnumSet.of(service)));
            }
            actions.add(kill(EnumSet.complementOf(EnumSet.of(service))));
            actions.add(new Action(Kind.FREEZE, List.of(service), pause(), millis(300, 3000)));
        }
        actions.add(kill(EnumSet.allOf(Service.class)));
        Service terminated = toTerminate.remove();
        toTerminate.add(terminated);
        actions.add(new Action(Kind.TERMINATE, List.of(terminated), pause(), Duration.ZERO));
        Collections.shuffle(actions, random);
        return actions;
    }

    /** Mostly it is started again at once. */
    private Action kill(Set<Service> victims) {
        Duration down = random.nextInt(4) == 0 ? millis(100, 1000) : Duration.ZERO;
        return new Action(Kind.KILL, List.copyOf(victims), pause(), down);
    }

    private Duration pause() {
        return millis(0, 700);
    }

    private Duration millis(int least, int most) {
        return Duration.ofMillis(random.nextInt(least, most + 1));
    }
}
