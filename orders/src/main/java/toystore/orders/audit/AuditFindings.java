package toystore.orders.audit;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What was found: violations of what a store promises, the first of them in words; and notes, which are none. */
final class AuditFindings {
    private static final int MOST = 50;

    private final List<String> violations = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long count;

    void violation(String what) {
        if (violations.size() < MOST) {
            violations.add(what);
        }
        count++;
    }

    void note(String what) {
        notes.add(what);
    }

    /** Prints all of it, the verdict last; returns whether there is no violation. */
    boolean print(PrintStream out) {
        notes.forEach(note -> out.println("note: " + note));
        violations.forEach(violation -> out.println("difference: " + violation));
        if (count > MOST) {
            out.println("… and " + (count - MOST) + " more");
        }
        out.println("audit: " + (count == 0 ? "no difference" : count == 1 ? "1 difference" : count + " differences"));
        return count == 0;
    }
}
