package toystore.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import toystore.certs.CertificateFolder;
import toystore.common.Address;
import toystore.wire.message.Role;
import toystore.wire.net.PeerTransport;

class PeerFlagsTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "0:0:0:0:0:0:0:1"})
    void leaveConnectionsOnThisMachinePlain(String host) {
        assertThat(parse().folder(Map.of("--host", new Address(host, 9001)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "catalog", "localhost.example", "127.example", "fe80::1"})
    void refuseAnAddressBeyondThisMachineUnlessTheySayHowToProtectIt(String host) {
        Map<String, Address> peers =
                Map.of("--catalog", new Address("127.0.0.1", 1), "--host", new Address(host, 9001));

        assertThatThrownBy(() -> parse().folder(peers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--host is " + host + ", which is not an address of this machine alone: give"
                        + " --peer-tls DIR")
                .hasMessageContaining("--insecure-peers");
        assertThat(parse("--insecure-peers").folder(peers)).isEmpty();
        assertThat(parse("--peer-tls", "certs").folder(peers)).contains(Path.of("certs"));
    }

    @Test
    void useTlsOnThisMachineIfAFolderIsGiven() {
        assertThat(parse("--peer-tls", "certs").folder(Map.of("--host", new Address("127.0.0.1", 1))))
                .contains(Path.of("certs"));
    }

    @Test
    void refuseToBeSecureAndInsecure() {
        assertThatThrownBy(() ->
                        parse("--peer-tls", "certs", "--insecure-peers=true").folder(Map.of()))
                .hasMessage("--peer-tls and --insecure-peers contradict each other: give one of them");
    }

    @Test
    void aServiceLogsItsCertificateAndOtherProgramsDoNot(@TempDir Path folder) throws IOException {
        CertificateFolder.make(folder, List.of(), Clock.systemUTC());
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("toystore");
        lines.start();
        logger.addAppender(lines);
        try {
            PeerTransport.open(Optional.of(folder), Role.ORDERS).close();
            assertThat(lines.list).isEmpty();

            PeerFlags.open(Optional.of(folder), Role.ORDERS).close();
            assertThat(lines.list)
                    .singleElement()
                    .asString()
                    .startsWith("[INFO] connections between services use TLS, here with the certificate CN=orders")
                    .contains(", valid until 2");
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void nameTheFlagOfAFolderThatCannotBeUsed(@TempDir Path folder) throws IOException {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> PeerFlags.open(Optional.of(none), Role.CATALOG))
                .isInstanceOf(IOException.class)
                .hasMessage("--peer-tls (TOYSTORE_PEER_TLS) cannot be used: " + none.resolve("catalog.pem")
                        + " does not exist; ./toystore certs " + none + " makes the certificates");

        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> PeerFlags.open(Optional.of(file), Role.CATALOG))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "--peer-tls (TOYSTORE_PEER_TLS) is " + file + ", which is a file; a folder was expected");
    }

    private static PeerFlags parse(String... arguments) {
        return CommandLine.populateCommand(new PeerFlags(), arguments);
    }
}
