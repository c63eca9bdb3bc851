package toystore.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import toystore.common.Address;
import toystore.common.Network;
import toystore.common.cli.SecretFile;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.Deadlines;

/** The flags about who may do what: the admin token, and the addresses of clients. */
class AdmissionFlagsTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void readsATokenAndTheEndOfItsLine(String end) throws Exception {
        Path file = file(TOKEN + end, "rw-------");

        assertThat(token("--admin-token-file", file.toString())).hasValue(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "'0123456789abcdef ',the admin token in FILE contains the character U+0020; ",
        "'0123456789abcdef\n\n',FILE has more than one line; expected an admin token in one line and nothing else",
        "'0123456789abcdef\nsecond',FILE has more than one line; expected an admin token in one line and nothing else",
        "'short\n',the admin token in FILE has 5 characters; expected 16 to 255"
    })
    void namesTheFileWhoseTokenIsWrong(String content, String message) throws Exception {
        Path file = file(content, "rw-------");

        assertThatThrownBy(() -> token("--admin-token-file", file.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message.replace("FILE", file.toString()));
    }

    @Test
    void refusesAFileWithoutToken() throws Exception {
        Path empty = file("\n", "rw-------");
        assertThatThrownBy(() -> token("--admin-token-file", empty.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(empty + " is empty; expected an admin token: openssl rand -hex 24 >" + empty);

        Path large = file("x".repeat(5000), "rw-------");
        assertThatThrownBy(() -> token("--admin-token-file", large.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(large + " has more than 4096 bytes; expected an admin token and nothing else");
    }

    @Test
    void namesTheFlagOfAFileThatCannotBeRead() {
        assertThatThrownBy(() -> token("--admin-token-file", "no/such/file"))
                .isInstanceOf(IOException.class)
                .hasMessage("--admin-token-file (TOYSTORE_ADMIN_TOKEN_FILE) is no/such/file, which does not exist;"
                        + " expected a file with the admin token in one line: openssl rand -hex 24 >no/such/file");
        assertThatThrownBy(() -> token("--admin-token-file", folder.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "--admin-token-file (TOYSTORE_ADMIN_TOKEN_FILE) is " + folder + ", which cannot be read: ");
    }

    @Test
    void refusesTwoTokensAndAcceptsNone() throws Exception {
        assertThatThrownBy(() -> token("--admin-token", TOKEN, "--admin-token-file", "token"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "both --admin-token (TOYSTORE_ADMIN_TOKEN) and --admin-token-file (TOYSTORE_ADMIN_TOKEN_FILE)"
                                + " are given; expected one of them");
        assertThat(token("--admin-token", "", "--admin-token-file", "")).isEmpty();
        assertThat(token("--admin-token", TOKEN, "--admin-token-file", "")).hasValue(TOKEN);
    }

    @Test
    void refusesAShortTokenWithoutShowingIt() {
        assertThatThrownBy(() -> config(Optional.of("fifteen-letters")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the admin token has 15 characters; expected 16 to 255, as openssl rand -hex 24 makes them");
        assertThatThrownBy(() -> config(Optional.of("x".repeat(256))))
                .hasMessage("the admin token has 256 characters; expected 1 to 255");
        assertThat(config(Optional.of(TOKEN)).adminToken()).hasValue(TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"rw-------,0", "r--------,0", "rw-r-----,0", "rw----r--,1", "rwxrwxrwx,1", "rw--w--w-,0"})
    void warnsOfAFileThatOthersCanRead(String permissions, int warnings) throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger(SecretFile.class);
        logger.addAppender(lines);
        try {
            token("--admin-token-file", file(TOKEN, permissions).toString());
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list)
                .hasSize(warnings)
                .allMatch(line -> line.getFormattedMessage().contains("chmod 600 changes that")
                        && !line.getFormattedMessage().contains(TOKEN));
    }

    @Test
    void trustedProxiesAreRepeatedOrSeparatedByCommas() {
        AddressLimits limits = limits("--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "192.0.2.1, ::1,");

        assertThat(limits.proxies().networks())
                .containsExactly(Network.parse("10.0.0.0/8"), Network.parse("192.0.2.1"), Network.parse("::1"));
        assertThat(limits("--trusted-proxy", "").proxies().networks()).isEmpty();
        assertThat(limits.exempt().test(Network.parse("10.9.9.9").address())).isTrue();
        assertThat(limits.exempt().test(Network.parse("127.0.0.1").address())).isTrue();
        assertThat(limits.exempt().test(Network.parse("192.0.2.2").address())).isFalse();
    }

    @Test
    void halfOfTheQueueIsForOneAddressUnlessAnotherShareIsGiven() {
        assertThat(limits("--trusted-proxy", "").queue()).isEqualTo(50);
        assertThat(limits("--queue-per-address", "7").queue()).isEqualTo(7);
        assertThat(limits(1, "--trusted-proxy", "").queue()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--trusted-proxy|proxy.example|--trusted-proxy is wrong: \"proxy.example\" does not begin with an IP address",
                "--trusted-proxy|10.0.0.0/33|--trusted-proxy is wrong: \"10.0.0.0/33\" has \"33\" after the slash",
                "--queue-per-address|0|--queue-per-address is 0; expected 1 to 100000",
                "--handshakes-per-address|0|--handshakes-per-address is 0; expected 1 to 100000",
            })
    void namesTheFlagThatIsWrong(String flag, String value, String message) {
        assertThatThrownBy(() -> limits(flag, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.createTempFile(folder, "token", "");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private static Optional<String> token(String... flags) throws IOException {
        AdminTokenFlags parsed = new AdminTokenFlags();
        new CommandLine(parsed).parseArgs(flags);
        return parsed.token();
    }

    private static AddressLimits limits(String... flags) {
        return limits(100, flags);
    }

    private static AddressLimits limits(int queue, String... flags) {
        AddressFlags parsed = new AddressFlags();
        new CommandLine(parsed).parseArgs(flags);
        return parsed.limits(queue);
    }

    private static FrontendConfig config(Optional<String> token) {
        Address any = new Address("127.0.0.1", 0);
        return new FrontendConfig(
                any,
                any,
                any,
                SessionThreads.platform(1),
                10,
                Deadlines.DEFAULT,
                0,
                Optional.empty(),
                Optional.empty(),
                token,
                AddressLimits.none());
    }
}
