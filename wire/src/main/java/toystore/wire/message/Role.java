package toystore.wire.message;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The role of a service. It is the common name of the service's certificate, in lower case. */
public enum Role {
    FRONTEND,
    ORDERS,
    CATALOG;

    private final String commonName = name().toLowerCase(Locale.ROOT);

    /** The name in certificates, messages and logs. */
    public String commonName() {
        return commonName;
    }

    /** The role with that name; empty if there is none. */
    public static Optional<Role> named(String commonName) {
        return Arrays.stream(values())
                .filter(role -> role.commonName.equals(commonName))
                .findFirst();
    }
}
