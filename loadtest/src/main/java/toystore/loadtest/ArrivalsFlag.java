package toystore.loadtest;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.loadtest.load.Arrivals;

/** Reads {@code constant} or {@code poisson} from the command line. */
final class ArrivalsFlag implements ITypeConverter<Arrivals> {
    @Override
    public Arrivals convert(String text) {
        for (Arrivals arrivals : Arrivals.values()) {
            if (arrivals.label().equals(text)) {
                return arrivals;
            }
        }
        throw new TypeConversionException("\"" + text + "\"; expected constant or poisson");
    }
}
