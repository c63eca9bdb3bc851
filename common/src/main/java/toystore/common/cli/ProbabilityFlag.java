package toystore.common.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The probability of buying: a flag, or the last positional parameter of the same command. A mixin of commands. */
public final class ProbabilityFlag {
    private static final String NAME = "--probability";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = NAME,
            paramLabel = "N",
            converter = ProbabilityConverter.class,
            defaultValue = "${env:TOYSTORE_PROBABILITY:-0.75}",
            description =
                    "Of buying a toy that was just looked at, 0 to 1 (TOYSTORE_PROBABILITY; now ${DEFAULT-VALUE}).")
    private double probability;

    /**
     * The probability.
     *
     * @param positional the positional parameter, or null
     */
    public double or(Double positional) {
        if (positional == null) {
            return probability;
        }
        if (command.commandLine().getParseResult().hasMatchedOption(NAME)) {
            throw new IllegalArgumentException(
                    "the probability is given twice, as " + positional + " and as " + NAME + "; expected it once");
        }
        return positional;
    }
}
