package toystore.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import toystore.common.Address;

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

    private static PeerFlags parse(String... arguments) {
        return CommandLine.populateCommand(new PeerFlags(), arguments);
    }
}
