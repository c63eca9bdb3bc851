package toystore.common.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a flag says that takes {@code on} or {@code off}. Not a boolean: picocli would not let those have a value. */
public enum Switch {
    ON,
    OFF;

    /** Reads it from the command line. */
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
