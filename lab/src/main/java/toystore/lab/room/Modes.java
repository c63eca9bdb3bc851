package toystore.lab.room;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** The weak modes that a page can run, each in a store of its own. */
public interface Modes {
    /** Returns all of them. */
    List<ModeName> all();

    /**
     * A mode.
     *
     * @param rule that the mode takes away, in one clause
     */
    record ModeName(String name, String rule) {}

    /**
     * Runs a mode to its end. Returns its exit code.
     *
     * @param correct whether the rule is in place
     */
    int run(String mode, long seed, boolean correct, PrintStream out) throws IOException, InterruptedException;
}
