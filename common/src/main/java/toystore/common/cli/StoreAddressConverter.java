package toystore.common.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.common.Address;

/**
 * Converts the address of a frontend on the command line.
 *
 * <p>It is {@code host}, {@code host:port}, {@code http://host} or {@code http://host:port}; a URL may end with a
 * slash.
 */
final class StoreAddressConverter implements ITypeConverter<Address> {
    private static final int DEFAULT_PORT = 8080;
    private static final int DEFAULT_PORT_OF_URLS = 80; // RFC 9110 §4.2.1
    private static final Pattern URL = Pattern.compile("(?i:http)://([^/?#]*)/?");

    @Override
    public Address convert(String text) {
        Matcher url = URL.matcher(text);
        try {
            return url.matches()
                    ? Address.parse(url.group(1), DEFAULT_PORT_OF_URLS)
                    : Address.parse(text, DEFAULT_PORT);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("\"" + text + "\": " + e.getMessage()
                    + "; expected the store first: host, host:port or http://host:port");
        }
    }
}
