package toystore.loadtest.result;

import java.util.Objects;

/**
 * Where the load test ran.
 *
 * @param cpu the model
 * @param cores that the JVM may use
 * @param memory of the machine, in bytes
 * @param os name, version and architecture
 * @param jvm vendor, version and garbage collector
 * @param commit of this load test's source, with {@code -dirty} behind it if there was more; {@code unknown} if it was
 *     not built from a clone
 */
public record Environment(String cpu, int cores, long memory, String os, String jvm, String commit) {
    public Environment {
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(os, "os");
        Objects.requireNonNull(jvm, "jvm");
        Objects.requireNonNull(commit, "commit");
    }
}
