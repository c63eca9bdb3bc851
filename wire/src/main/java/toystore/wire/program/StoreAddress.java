package toystore.wire.program;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.wire.net.Address;

/** Reads the address of a store's frontend, {@code host} or {@code host:port}, from the command line. */
final class StoreAddress implements ITypeConverter<Address> {
    private static final int DEFAULT_PORT = 8080;

    @Override
    public Address convert(String text) {
        try {
            return Address.parse(text, DEFAULT_PORT);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("\"" + text + "\": " + e.getMessage() + "; expected host or host:port");
        }
    }
}
