package toystore.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import toystore.common.Abbreviated;
import toystore.common.Address;
import toystore.common.cli.Spelling;

/**
 * The URL of a database: {@code jdbc:postgresql://host:port,host:port/name?user=…&password=…}.
 *
 * <p>The parameters are those of the driver (https://jdbc.postgresql.org/documentation/use/). Immutable. Neither
 * {@link #toString} nor a message shows a parameter, which may be a secret.
 */
public final class DatabaseUrl {
    private static final String PREFIX = "jdbc:postgresql://";
    private static final String EXPECTED = "; expected jdbc:postgresql://host:port,host:port/name?user=…&password=…";
    private static final Pattern SCHEME = Pattern.compile("(jdbc:)?[a-z]+://");
    private static final int PORT = 5432;
    private static final int MAX_PORT = 65_535;
    private static final Pattern PORT_AT_END = Pattern.compile(":([0-9]{1,5})$");
    private static final String PASSWORD = "password";
    private static final Pattern FORM = Pattern.compile("([^/?#]*)/([^/?#]*)(?:\\?(.*))?");

    /**
     * The settings of the driver, unless the URL has others. They bound each step of a failover: to find the new
     * primary, and to leave a server that does not reply.
     */
    private static final Map<String, String> DEFAULTS = Map.of(
            "targetServerType", "primary",
            "loadBalanceHosts", "true",
            "hostRecheckSeconds", "1",
            "connectTimeout", "1", // seconds, as all of these
            "loginTimeout", "2",
            "socketTimeout", "3",
            "cancelSignalTimeout", "1",
            "tcpKeepAlive", "true",
            "prepareThreshold", "1");

    private static final Set<String> KNOWN = knownParameters();

    private final List<Address> hosts;
    private final String name;
    private final Map<String, String> parameters;

    private DatabaseUrl(List<Address> hosts, String name, Map<String, String> parameters) {
        this.hosts = hosts;
        this.name = name;
        this.parameters = parameters;
    }

    private static Set<String> knownParameters() {
        try {
            Set<String> known = new TreeSet<>(Set.of("user", PASSWORD));
            for (DriverPropertyInfo parameter :
                    DriverManager.getDriver(PREFIX).getPropertyInfo(PREFIX + "localhost/", new Properties())) {
                known.add(parameter.name);
            }
            return known;
        } catch (SQLException e) {
            throw new IllegalStateException("the driver of PostgreSQL is missing", e);
        }
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is not of that form; the message begins with what is wrong, and shows
     *     neither the user nor the password
     */
    public static DatabaseUrl parse(String text) {
        if (!text.startsWith(PREFIX)) {
            Matcher scheme = SCHEME.matcher(text); // other text may be a password
            throw new IllegalArgumentException("the URL of the database"
                    + (scheme.lookingAt()
                            ? " begins with \"" + Abbreviated.printable(scheme.group(), 40) + "\""
                            : " does not begin with " + PREFIX)
                    + EXPECTED);
        }
        Matcher parts = FORM.matcher(text.substring(PREFIX.length()));
        if (!parts.matches()) {
            throw new IllegalArgumentException("the URL of the database has no /name after the hosts" + EXPECTED);
        }
        if (parts.group(1).indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "the URL of the database has an @ before the name: the user and the password are parameters"
                            + EXPECTED);
        }
        if (parts.group(2).isEmpty()) {
            throw new IllegalArgumentException("the URL of the database has no name after the hosts" + EXPECTED);
        }
        List<Address> hosts = Arrays.stream(parts.group(1).split(",", -1))
                .map(DatabaseUrl::host)
                .toList();
        return new DatabaseUrl(hosts, decode("the name", parts.group(2)), parameters(parts.group(3)));
    }

    private static Address host(String text) {
        try {
            Matcher port = PORT_AT_END.matcher(text);
            int number = port.find() ? Integer.parseInt(port.group(1)) : PORT;
            if (number < 1 || number > MAX_PORT) {
                throw new IllegalArgumentException("port " + number + " is not between 1 and " + MAX_PORT);
            }
            return Address.parse(text, PORT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the URL of the database: " + e.getMessage() + EXPECTED, e);
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "a parameter in the URL of the database is not of the form name=value" + EXPECTED);
            }
            String name = decode("a parameter", parameter.substring(0, equals));
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("the URL of the database has the parameter "
                        + Abbreviated.printable(name, 40) + ", which the driver does not know" + suggestion(name));
            }
            if (parameters.put(name, decode(name, parameter.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("the URL of the database has the parameter " + name + " twice");
            }
        }
        return parameters;
    }

    private static String suggestion(String name) {
        return Spelling.nearest(name, KNOWN)
                .map(meant -> "; did you mean " + meant + "?")
                .orElse("");
    }

    private static String decode(String what, String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the URL of the database: " + what + " has a % that two hexadecimal digits do not follow", e);
        }
    }

    /** The same database with a password. */
    public DatabaseUrl withPassword(String password) {
        return with(PASSWORD, password);
    }

    /** Returns whether the URL has a password. */
    public boolean hasPassword() {
        return parameters.containsKey(PASSWORD);
    }

    /** Returns whether the URL has a user. Without one, the driver logs in as the user of this program. */
    boolean hasUser() {
        return parameters.containsKey("user");
    }

    /** The same database with a parameter of the driver, unless the URL has it. */
    DatabaseUrl withDefault(String parameter, String value) {
        return parameters.containsKey(parameter) ? this : with(parameter, value);
    }

    private DatabaseUrl with(String parameter, String value) {
        Map<String, String> more = new TreeMap<>(parameters);
        more.put(parameter, value);
        return new DatabaseUrl(hosts, name, more);
    }

    /** The servers: {@code h:p,h:p}. */
    public String servers() {
        return hosts.stream().map(Address::toString).collect(Collectors.joining(","));
    }

    /** The parameters of the driver, with the credentials. */
    Properties properties() {
        Properties properties = new Properties();
        DEFAULTS.forEach(properties::setProperty);
        parameters.forEach(properties::setProperty);
        return properties;
    }

    /** The URL without its parameters. */
    @Override
    public String toString() {
        return PREFIX + servers() + "/" + URLEncoder.encode(name, UTF_8);
    }
}
