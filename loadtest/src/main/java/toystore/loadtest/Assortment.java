package toystore.loadtest;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/** The toys that buyers choose from: one that is sold out is not asked for again. Thread-safe. */
final class Assortment {
    private final List<String> names;

    Assortment(List<String> names) {
        this.names = new CopyOnWriteArrayList<>(names);
    }

    /** One of the toys that are left; empty if none is. */
    Optional<String> choose(RandomGenerator random) {
        String[] left = names.toArray(String[]::new);
        return left.length == 0 ? Optional.empty() : Optional.of(left[random.nextInt(left.length)]);
    }

    void soldOut(String name) {
        names.remove(name);
    }
}
