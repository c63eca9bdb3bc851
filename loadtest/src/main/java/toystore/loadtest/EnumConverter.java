package toystore.loadtest;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** A word of the command line that is one of a few. */
final class EnumConverter {
    private EnumConverter() {}

    /** The one with that label; what is none is refused, with a list of those that there are. */
    static <T> T of(String text, Function<T, String> label, T[] all) {
        return Arrays.stream(all)
                .filter(one -> label.apply(one).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("\"" + text + "\"; expected "
                        + Arrays.stream(all)
                                .map(label)
                                .collect(Collectors.joining(", "))
                                .replaceFirst(", ([^,]*)$", " or $1")));
    }
}
