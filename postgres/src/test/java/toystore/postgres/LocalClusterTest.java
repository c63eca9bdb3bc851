package toystore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import toystore.process.ServiceProcess;

class LocalClusterTest {
    private static LocalCluster cluster;

    @TempDir
    private Path folder;

    @BeforeAll
    static void create() throws IOException {
        cluster = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Test
    void aProgramThatFailsIsQuotedWithItsErrorsOnly() {
        assertThat(ServerUser.summary("The files belong to you.\n\ncreating directory ... ok\ncaught signal\nremoving"))
                .isEqualTo("caught signal");
        assertThat(ServerUser.summary("a\nb\nc\nd")).isEqualTo("d");
        assertThat(ServerUser.summary("a\n b")).isEqualTo("a; b");
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

    @Test
    void itsServersEndWhenItsProgramIsKilled() throws Exception {
        ProcessBuilder command =
                ServiceProcess.java(List.of("-cp", System.getProperty("java.class.path"), AbruptEnd.class.getName()));
        ServiceProcess program = ServiceProcess.start("abrupt", command, folder.resolve("abrupt.log"));
        try (program) {
            Path cluster = Path.of(program.readLine());
            LocalCluster opened = LocalCluster.open(cluster, null);
            assertThat(opened.primary().responds()).isTrue();

            program.kill();

            await().untilAsserted(() -> assertThat(cluster.getParent()).doesNotExist());
            assertThat(opened.primary().responds()).isFalse();
        }
    }

    @Test
    void nothingIsLeftWhenItsProgramIsKilledWhileItIsMade() throws Exception {
        Path half = folder.resolve("half");
        ProcessBuilder command = ServiceProcess.java(
                List.of("-cp", System.getProperty("java.class.path"), HalfMade.class.getName(), half.toString()));
        ServiceProcess program = ServiceProcess.start("half", command, folder.resolve("half.log"));
        try (program) {
            await().until(() -> Files.exists(half.resolve("n1/postmaster.pid")));

            program.kill();
        }

        await().untilAsserted(() -> assertThat(half).doesNotExist());
        await().untilAsserted(() -> assertThat(serversIn(half)).isEmpty());
    }

    @Test
    void aProcessThatHasTheIdOfADeadServerSurvives() throws Exception {
        LocalCluster other = LocalCluster.temporary(ClusterOptions.fast(1));
        Path pidFile = other.primary().folder().resolve("postmaster.pid");
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            other.kill();
            Files.writeString(pidFile, stranger.pid() + "\n");

            other.close();

            assertThat(stranger.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void noServerStartsAfterItIsClosed() throws Exception {
        LocalCluster other = LocalCluster.createForThisProgram(folder.resolve("closed"), ClusterOptions.fast(1));
        other.close();
        assertThat(other.primary().isRunning()).isFalse();

        assertThatThrownBy(other::start).hasMessageContaining("is closed");

        other.delete();
    }

    @Test
    void isTheSameThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), cluster.folder());

        LocalCluster opened = LocalCluster.open(link, null);

        assertThat(opened.primary().isRunning()).isTrue();
    }

    @Test
    void runsInAFolderThatOnlyThisUserCanEnter() throws Exception {
        LocalCluster hidden = LocalCluster.createForThisProgram(folder.resolve("hidden"), ClusterOptions.fast(1));
        try {
            assertThat(hidden.primary().isPrimary()).isTrue();
            hidden.stop();
            LocalCluster opened = LocalCluster.open(hidden.folder(), null);
            opened.endWithThisProgram();
            opened.start();
            assertThat(opened.url()).isEqualTo(hidden.url());
            assertThat(opened.primary().isPrimary()).isTrue();
        } finally {
            hidden.delete();
        }
        assertThat(hidden.folder()).doesNotExist();
    }

    @Test
    void refusesAFolderWithOtherFiles() throws Exception {
        Files.writeString(folder.resolve("mine"), "text");

        assertThatThrownBy(() -> LocalCluster.create(folder, ClusterOptions.fast(1)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(folder.resolve("mine")).hasContent("text");
    }

    /** A program that does not close its cluster. */
    static final class AbruptEnd {
        private AbruptEnd() {}

        public static void main(String[] args) throws Exception {
            System.out.println(LocalCluster.temporary(ClusterOptions.fast(1)).folder());
            System.out.flush();
            new CountDownLatch(1).await();
        }
    }

    /** A program that makes a cluster. */
    static final class HalfMade {
        private HalfMade() {}

        public static void main(String[] args) throws Exception {
            LocalCluster.create(Path.of(args[0]), ClusterOptions.fast(3));
        }
    }

    private static List<String> serversIn(Path folder) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(command -> command.contains("-D " + folder))
                .toList();
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
