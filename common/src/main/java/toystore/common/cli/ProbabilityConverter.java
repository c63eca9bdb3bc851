package toystore.common.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts a probability of the command line: a number from 0 to 1. */
public final class ProbabilityConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        try {
            double probability = Double.parseDouble(text);
            if (probability >= 0 && probability <= 1) {
                return probability;
            }
        } catch (NumberFormatException noNumber) {
            // refused below
        }
        throw new TypeConversionException("probability is \"" + text + "\"; expected a number from 0 to 1");
    }
}
