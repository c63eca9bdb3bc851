package toystore.common.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts a port number of the command line. */
public final class PortConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
            throw new TypeConversionException("\"" + text + "\" is not a port; expected 0 (any free one) to 65535");
        }
        return Integer.valueOf(text);
    }
}
