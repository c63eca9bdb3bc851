package toystore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The PostgreSQL for machines that have none. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class MavenBinariesTest {
    @TempDir
    private static Path folder;

    private static PostgresBinaries binaries;
    private static LocalCluster cluster;

    @BeforeAll
    static void create() throws IOException {
        binaries = PostgresBinaries.unpacked(folder.resolve("cache"));
        cluster = LocalCluster.create(folder.resolve("db"), ClusterOptions.fast(3), binaries);
        cluster.endWithThisProgram();
    }

    @AfterAll
    static void delete() throws IOException {
        cluster.delete();
    }

    @Test
    void areUnpackedOnce() throws IOException {
        PostgresBinaries again = PostgresBinaries.unpacked(folder.resolve("cache"));

        assertThat(again.folder()).isEqualTo(binaries.folder());
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            assertThat(files.toList()).isEqualTo(List.of(binaries.folder().getParent()));
        }
        assertThat(binaries.version()).isGreaterThanOrEqualTo(15);
    }

    @Test
    void replicateAndFailOverAndSayThatTheyCannotRewind() throws IOException {
        PostgresNode old = cluster.primary();
        old.execute("create table replicated(n int)", "insert into replicated values (3)");
        old.kill();

        PostgresNode chosen = cluster.failOver();

        assertThat(chosen.query("select n from replicated")).isEqualTo("3");
        assertThatThrownBy(() -> old.rejoin(chosen))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no pg_rewind; install PostgreSQL");
    }
}
