package toystore.client.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.client.http.Origin;
import toystore.common.Address;

/**
 * Converts the address of a frontend on the command line.
 *
 * <p>It is {@code host}, {@code host:port}, or a URL with {@code http} or {@code https}, such as {@code
 * https://host:port}, which may end with a slash. The port of a URL is that of its scheme if left out, 80 or 443.
 */
final class StoreAddressConverter implements ITypeConverter<Origin> {
    private static final int DEFAULT_PORT = 8080;
    private static final Pattern URL = Pattern.compile("((?i:https?))://([^/?#]*)/?");

    @Override
    public Origin convert(String text) {
        Matcher url = URL.matcher(text);
        try {
            return url.matches()
                    ? Origin.of(url.group(1), url.group(2))
                    : Origin.http(Address.parse(text, DEFAULT_PORT));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("\"" + text + "\": " + e.getMessage()
                    + "; expected the store first: host, host:port, http://host:port or https://host:port");
        }
    }
}
