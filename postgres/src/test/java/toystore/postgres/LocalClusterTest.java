package toystore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

class LocalClusterTest {
    private static LocalCluster cluster;

    @BeforeAll
    static void create() throws IOException {
        cluster = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Test
    void itsUrlHasUserPasswordAndDatabase() throws Exception {
        try (Connection connection = new Driver().connect(cluster.url(), new Properties());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select current_user, current_database(), current_setting('synchronous_standby_names')")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("toystore");
            assertThat(row.getString(2)).isEqualTo("toystore");
            assertThat(row.getString(3)).isEmpty();
        }
    }

    @Test
    void keepsWhatWasCommittedWhenItIsKilledAndStartedAgain() throws Exception {
        execute("create table kept(n int)", "insert into kept values (7)");

        cluster.primary().kill();
        assertThat(cluster.primary().isRunning()).isFalse();
        assertThat(cluster.primary().isPrimary()).isFalse();
        cluster.start();

        assertThat(cluster.primary().isPrimary()).isTrue();
        execute("insert into kept select n + 1 from kept");
    }

    @Test
    void refusesConnectionsWithoutThePassword() {
        String url = cluster.url().replaceAll("password=.*", "password=wrong");

        assertThat(catchThrowable(() -> new Driver().connect(url, new Properties())))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password");
    }

    @Test
    void itsFolderIsDeletedWhenItIsClosed() throws Exception {
        LocalCluster other = LocalCluster.temporary(ClusterOptions.fast(1));
        assertThat(other.primary().responds()).isTrue();

        other.close();

        assertThat(Files.exists(other.folder().getParent())).isFalse();
        assertThat(other.primary().responds()).isFalse();
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = new Driver().connect(cluster.url(), new Properties());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
