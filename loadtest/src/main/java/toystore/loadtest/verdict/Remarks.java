package toystore.loadtest.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import toystore.common.Abbreviated;
import toystore.loadtest.result.Environment;
import toystore.loadtest.result.Results;

/** What else is different between two load tests, so that a change may have another cause than the one looked for. */
final class Remarks {
    private final List<String> remarks = new ArrayList<>();

    private Remarks() {}

    static List<String> on(Results before, Results after) {
        Remarks remarks = new Remarks();
        remarks.compare("targets", before.target(), after.target());
        remarks.compare("formats of results.json", before.format(), after.format());
        remarks.compare("seeds", before.seed(), after.seed());
        remarks.compare("axes", before.axis().label(), after.axis().label());
        remarks.compare(before.environment(), after.environment());
        remarks.addOf("before", before);
        remarks.addOf("after", after);
        return List.copyOf(remarks.remarks);
    }

    private void compare(Environment before, Environment after) {
        compare("CPUs", before.cpu(), after.cpu());
        compare("numbers of cores", before.cores(), after.cores());
        compare("sizes of memory, in bytes", before.memory(), after.memory());
        compare("operating systems", before.os(), after.os());
        compare("JVMs", before.jvm(), after.jvm());
        compare("commits of the load test", before.commit(), after.commit());
    }

    private void compare(String what, Object before, Object after) {
        if (!Objects.equals(before, after)) {
            remarks.add("Different " + what + ": " + shown(before) + " before, " + shown(after) + " after.");
        }
    }

    private void addOf(String side, Results results) {
        if (results.cutShort()) {
            remarks.add("What was measured " + side + " was ended before its time.");
        }
        results.warnings().forEach(warning -> remarks.add("A warning from " + side + ": " + shown(warning)));
    }

    private static String shown(Object value) {
        return Abbreviated.printable(String.valueOf(value), 200);
    }
}
