package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DatabaseUrlTest {
    private static final String URL = "jdbc:postgresql://a:1,b:2/store?user=joe&password=s%26cret";

    @TempDir
    Path folder;

    @Test
    void showsServersAndNameButNoParameter() {
        DatabaseUrl url = DatabaseUrl.parse(URL);

        assertThat(url).hasToString("jdbc:postgresql://a:1,b:2/store");
        assertThat(url.servers()).isEqualTo("a:1,b:2");
        assertThat(url.properties()).containsEntry("user", "joe").containsEntry("password", "s&cret");
    }

    @Test
    void addsTheSettingsOfTheDriverUnlessTheUrlHasOthers() {
        assertThat(DatabaseUrl.parse(URL + "&socketTimeout=7").properties())
                .containsEntry("socketTimeout", "7")
                .containsEntry("targetServerType", "primary")
                .containsEntry("loadBalanceHosts", "true")
                .containsEntry("hostRecheckSeconds", "1")
                .containsEntry("connectTimeout", "1")
                .containsEntry("loginTimeout", "2")
                .containsEntry("cancelSignalTimeout", "1")
                .containsEntry("tcpKeepAlive", "true")
                .containsEntry("prepareThreshold", "1");
    }

    @Test
    void readsIpv6AndTheUsualPort() {
        assertThat(DatabaseUrl.parse("jdbc:postgresql://[::1]:9,db/store"))
                .hasToString("jdbc:postgresql://[::1]:9,db:5432/store");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3cret|does not begin with jdbc:postgresql://; expected jdbc:postgresql://host:port",
                "ann:s3cret//x@h/n|does not begin with jdbc:postgresql://; expected jdbc:postgresql://host:port",
                "jdbc:mysql://h/n?password=s3cret|begins with \"jdbc:mysql://\"; expected",
                "postgresql://joe:s3cret@h/n|begins with \"postgresql://\"; expected",
                "jdbc:postgresql://joe:s3cret@h/n|has an @ before the name",
                "jdbc:postgresql://h:1?password=s3cret|has no /name after the hosts",
                "jdbc:postgresql://h:1/?password=s3cret|has no name after the hosts",
                "jdbc:postgresql://h:x/n?password=s3cret|the port \"x\" is not a number",
                "jdbc:postgresql://h:0/n?password=s3cret|port 0 is not between",
                "jdbc:postgresql://h:99999/n?password=s3cret|port 99999 is not between 1 and 65535",
                "jdbc:postgresql://h:1,/n?password=s3cret|the host is missing",
                "jdbc:postgresql://h:1/n?pasword=s3cret|has the parameter pasword, which the driver does not know; did you mean password?",
                "jdbc:postgresql://h:1/n?s3cret|is not of the form name=value",
                "jdbc:postgresql://h:1/n?password=s3cret%x|password has a % that two hexadecimal digits do not follow",
                "jdbc:postgresql://h:1/n?password=s3cret&password=s3cret|has the parameter password twice",
            })
    void saysWhatIsWrongWithoutThePassword(String text, String message) {
        assertThatThrownBy(() -> flags("--db", text).url())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--db (TOYSTORE_DB) is wrong: ")
                .hasMessageContaining(message)
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void readsThePasswordFromAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "pässword\n");

        DatabaseUrl url = flags("--db", "jdbc:postgresql://h/n?user=joe", "--db-password-file", file.toString())
                .required();

        assertThat(url.properties()).containsEntry("password", "pässword");
        assertThat(url.toString()).doesNotContain("password");
    }

    @Test
    void withoutAUrlThereIsNoDatabase() throws Exception {
        assertThat(flags().url()).isEmpty();
        assertThat(flags("--db", "").url()).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> flags().required())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no database is given; expected --db URL (TOYSTORE_DB)");
    }

    @Test
    void refusesAPasswordFileThatCannotBeUsed() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));

        assertThatThrownBy(() -> flags("--db", URL, "--db-password-file", empty.toString())
                        .url())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected one of them");
        assertThatThrownBy(() -> flags("--db-password-file", empty.toString()).url())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but no database");
        String withoutPassword = "jdbc:postgresql://h/n?user=joe";
        assertThatThrownBy(() -> flags("--db", withoutPassword, "--db-password-file", empty.toString())
                        .url())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(empty + " is empty; expected a password of the database");
        assertThatThrownBy(() -> flags("--db", withoutPassword, "--db-password-file", "no/such")
                        .url())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "--db-password-file (TOYSTORE_DB_PASSWORD_FILE) is no/such, which does not exist; expected a file"
                                + " with the password of the database in one line");
    }

    private static DatabaseFlags flags(String... arguments) {
        DatabaseFlags flags = new DatabaseFlags();
        new CommandLine(flags).parseArgs(arguments);
        return flags;
    }
}
