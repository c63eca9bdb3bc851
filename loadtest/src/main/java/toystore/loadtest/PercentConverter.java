package toystore.loadtest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.common.Abbreviated;

/** Converts a percentage of the command line: {@code 5%}, {@code 2.5%} or {@code 5}. */
final class PercentConverter implements ITypeConverter<Double> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,6})?)\\s*%?");

    @Override
    public Double convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "\"" + Abbreviated.printable(text, 60) + "\" is no percentage; expected one like 5%");
        }
        return Double.valueOf(matcher.group(1));
    }
}
