package toystore.client.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import toystore.client.http.ClientTls;
import toystore.client.http.Origin;
import toystore.tls.TlsFileException;

/** The flags that say how the certificate of a server of {@code https} is checked. A mixin of commands. */
public final class TlsFlags {
    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            defaultValue = "${env:TOYSTORE_CACERT}",
            description = "https: trust the certificate authorities of this PEM file, and no others; without it, the"
                    + " JDK's (TOYSTORE_CACERT).")
    private Path authorities;

    @Option(
            names = "--insecure",
            arity = "0..1",
            paramLabel = "true|false",
            fallbackValue = "true",
            defaultValue = "${env:TOYSTORE_INSECURE:-false}",
            description = "https: encrypt, but do not check whose certificate it is (TOYSTORE_INSECURE).")
    private boolean insecure;

    private ClientTls tls; // made once, so that connections resume sessions and the warning is printed once

    /**
     * The server with its certificate checked as the flags say. They do not matter to a server of {@code http}.
     *
     * @throws IllegalArgumentException if the file of {@code --cacert} cannot be used
     */
    public Origin applyTo(Origin origin) {
        if (!origin.isHttps()) {
            return origin;
        }
        if (tls == null) {
            tls = tls();
        }
        return Origin.https(origin.address(), tls);
    }

    private ClientTls tls() {
        if (insecure) {
            System.err.println("--insecure: the certificate of the server is not checked; it may be any server");
            return ClientTls.insecure();
        }
        if (authorities == null) {
            return ClientTls.BY_JDK_ROOTS;
        }
        try {
            return ClientTls.trusting(authorities);
        } catch (TlsFileException e) {
            throw new IllegalArgumentException("--cacert cannot be used: " + e.getMessage(), e);
        }
    }
}
