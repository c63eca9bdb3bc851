package toystore.common.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.common.Address;

/** Converts the address of a service on the command line: {@code host:port}. */
public final class ServiceAddressConverter implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
        try {
            Address address = Address.parse(text, 0);
            if (address.port() > 0) {
                return address;
            }
            throw new TypeConversionException("\"" + text + "\" has no port; expected host:port");
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("\"" + text + "\": " + e.getMessage() + "; expected host:port");
        }
    }
}
