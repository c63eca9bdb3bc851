package toystore.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import toystore.common.Address;
import toystore.wire.message.Role;
import toystore.wire.net.PeerTransport;

/** The flags of every service about its connections with other services, for picocli's {@code @Mixin}. */
public final class PeerFlags {
    private static final Logger log = LoggerFactory.getLogger(PeerFlags.class);
    private static final String FLAG = "--peer-tls (TOYSTORE_PEER_TLS)";

    @Option(
            names = "--peer-tls",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_PEER_TLS}",
            description = "Folder of ca.pem and of the certificate and the key of this service, for TLS with the other"
                    + " services (TOYSTORE_PEER_TLS). Without it, connections with them are plain, and possible on this"
                    + " machine only.")
    private Path folder;

    @Option(
            names = "--insecure-peers",
            arity = "0..1",
            paramLabel = "true|false",
            fallbackValue = "true",
            defaultValue = "${env:TOYSTORE_INSECURE_PEERS:-false}",
            description = "Allow plain connections with services on other machines: a service then obeys every"
                    + " process that reaches its port (TOYSTORE_INSECURE_PEERS; now ${DEFAULT-VALUE}).")
    private boolean insecure;

    /**
     * The folder of the certificates; empty for plain connections.
     *
     * @param peers the addresses at which services meet, by the flag that sets each
     * @throws IllegalArgumentException if one of them is beyond this machine, and the flags do not say how to protect it
     */
    public Optional<Path> folder(Map<String, Address> peers) {
        if (folder != null && insecure) {
            throw new IllegalArgumentException(
                    "--peer-tls and --insecure-peers contradict each other: give one of them");
        }
        Optional<Map.Entry<String, Address>> beyond = new TreeMap<>(peers)
                .entrySet().stream()
                        .filter(peer -> !peer.getValue().isLoopback())
                        .findFirst();
        if (folder == null && beyond.isPresent()) {
            String place =
                    beyond.get().getKey() + " is " + beyond.get().getValue().host();
            if (!insecure) {
                throw new IllegalArgumentException(place + ", which is not an address of this machine alone: give"
                        + " --peer-tls DIR (./toystore certs DIR makes the certificates), or --insecure-peers if"
                        + " every process that reaches the services may command them");
            }
            log.warn(
                    "{}, and connections between services are plain: every process that reaches them may command them",
                    place);
        }
        return Optional.ofNullable(folder);
    }

    /**
     * Opens the connections of a service with others, and logs it if they use TLS.
     *
     * @param folder as the flags say
     * @throws IOException if the certificates cannot be used; the message says why
     */
    public static PeerTransport open(Optional<Path> folder, Role role) throws IOException {
        if (folder.isEmpty()) {
            return PeerTransport.PLAIN;
        }
        PeerTransport opened = open(folder.get(), role);
        log.info("connections between services use {}", opened);
        return opened;
    }

    private static PeerTransport open(Path folder, Role role) throws IOException {
        if (Files.isRegularFile(folder)) {
            throw new IOException(FLAG + " is " + folder
                    + ", which is a file; a folder was expected: ./toystore certs DIR" + " makes one");
        }
        try {
            return PeerTransport.open(Optional.of(folder), role);
        } catch (IOException e) {
            String help = e.getCause() instanceof NoSuchFileException
                    ? "; ./toystore certs " + folder + " makes the certificates"
                    : "";
            throw new IOException(FLAG + " cannot be used: " + e.getMessage() + help, e);
        }
    }
}
