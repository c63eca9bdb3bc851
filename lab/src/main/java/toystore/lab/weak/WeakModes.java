package toystore.lab.weak;

import java.util.List;
import java.util.Optional;
import toystore.common.cli.Spelling;

/** The weak modes. */
public final class WeakModes {
    private static final List<WeakMode> ALL = List.of(
            new EarlyReply(),
            new NoForce(),
            new NoFence(),
            new NoCatchUp(),
            new NoKeys(),
            new CheckThenAct(),
            new StaleCache(),
            new TornTail(),
            new ClosedLoop());

    private WeakModes() {}

    /** Returns all modes, in the order of docs/lab.md. */
    public static List<WeakMode> all() {
        return ALL;
    }

    /** Returns the names of all modes. */
    public static List<String> names() {
        return ALL.stream().map(WeakMode::name).toList();
    }

    /** Finds a mode by its name. */
    public static Optional<WeakMode> find(String name) {
        return ALL.stream().filter(mode -> mode.name().equals(name)).findFirst();
    }

    /**
     * Finds a mode by its name.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest one, or all
     */
    public static WeakMode require(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no mode \"" + name + "\"; "
                        + Spelling.nearest(name, names())
                                .map(nearest -> "did you mean " + nearest + "?")
                                .orElse("expected one of " + String.join(", ", names()))));
    }
}
