package toystore.loadtest;

import picocli.CommandLine.ITypeConverter;
import toystore.loadtest.load.Arrivals;

/** Reads {@code constant} or {@code poisson} from the command line. */
final class ArrivalsConverter implements ITypeConverter<Arrivals> {
    @Override
    public Arrivals convert(String text) {
        return EnumConverter.of(text, Arrivals::label, Arrivals.values());
    }
}
