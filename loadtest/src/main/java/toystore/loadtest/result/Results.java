package toystore.loadtest.result;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * All that a load test found: what {@code results.json} holds, and all that its report is made of.
 *
 * @param format of the file; {@link ResultsFile#FORMAT}
 * @param program name, version and commit
 * @param command that repeats it
 * @param cutShort whether it was ended before its time
 * @param target the address or URL that was measured
 * @param axis what changes from step to step
 * @param seed of all random choices
 * @param warnings what must be known before a figure is believed, each a sentence
 * @param maxRate the highest rate that held what it was to hold, in requests per second; null if that was not looked
 *     for, or none did
 */
public record Results(
        int format,
        String program,
        String command,
        Instant started,
        boolean cutShort,
        String target,
        Axis axis,
        long seed,
        Environment environment,
        List<String> warnings,
        List<StepResult> steps,
        List<ExpectationResult> expectations,
        Double maxRate) {
    public Results {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(axis, "axis");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(warnings, "warnings");
        Objects.requireNonNull(steps, "steps");
        Objects.requireNonNull(expectations, "expectations");
        warnings = List.copyOf(warnings);
        steps = List.copyOf(steps);
        expectations = List.copyOf(expectations);
    }
}
