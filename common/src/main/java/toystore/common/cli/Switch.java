package toystore.common.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of a flag, {@code on} or {@code off}. It is not a boolean because flags of picocli for those take no
 * value.
 */
public enum Switch {
    ON,
    OFF;

    /** Converts the value of a flag. */
    public static final class Flag implements ITypeConverter<Switch> {
        @Override
        public Switch convert(String text) {
            return switch (text) {
                case "on" -> ON;
                case "off" -> OFF;
                default -> throw new TypeConversionException("\"" + text + "\" is neither on nor off");
            };
        }
    }
}
