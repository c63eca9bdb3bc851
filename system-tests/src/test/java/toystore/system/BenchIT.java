package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.postgres.PostgresBinaries;

/** The benchmark from its start to its report, too short for figures. */
@Order(1) // it takes longest: begun last, it would run alone at the end
class BenchIT {
    @TempDir
    Path folder;

    @Test
    void comparesTheStoreWithItsCeilings() throws Exception {
        ProgramRun bench = bench();

        assertThat(bench.stdout())
                .as(bench.stderr())
                .containsPattern("(?m)^Other load used [0-9]+ % ")
                .containsPattern("(?m)^[|] cached query, 10 connections [|] [0-9,]+/s .* [|] fixed response [|] ")
                .containsPattern("(?m)^[|] order [|] 1 [|] ");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void comparesTwoBuilds() throws Exception {
        String root = Jars.root().toString();
        ProgramRun bench = bench("--against", root);

        assertThat(bench.stdout())
                .as(bench.stderr())
                .startsWith("Before: " + root + ". After: " + root + ".\n")
                .containsPattern("(?m)^[|] cached query, 10 connections [|] [0-9,]+/s .* [|] [0-9.]+ [(].*[)] [|]$")
                .containsPattern("(?m)^[|] CPU time of the store for each request: order, 1 clients [|] ");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void measuresTheFirstMinute() throws Exception {
        ProgramRun bench = run("first-minute", "--runs", "1", "--seconds", "2", "--jvm=-XX:MaxInlineLevel=15");

        assertThat(bench.exitCode()).as(bench.stderr()).isZero();
        assertThat(bench.stdout())
                .contains("| what | this build | `-XX:MaxInlineLevel=15` | ratio |")
                .containsPattern(
                        "(?m)^[|] orders in the first 4 s [|] [0-9,]+ [(].*[)] [|] [0-9,]+ [(].*[)] [|] [0-9.]+ ")
                .containsPattern("(?m)^[|] first client: average of an order [|] [0-9.]+ ms [(].*[)] [|] .* [|]$");
        // a store that is at its steady rate from the start has taken 0 s, which have no ratio
        assertThat(bench.stdout().lines().filter(line -> !line.startsWith("| time to 90 % of the steady rate | ")))
                .hasSizeGreaterThan(15)
                .noneMatch(line -> line.contains("none"));
    }

    @Test
    void measuresCellsOnADatabase() throws Exception {
        assumeTrue(PostgresBinaries.find().has("pg_rewind"), "the PostgreSQL here has no pg_rewind");
        ProgramRun bench = run("database", "--quick", "--rounds", "1", "--seconds", "0.1", "--warm-up", "0.1");

        assertThat(bench.stdout())
                .as(bench.stderr())
                .contains("| orders | cell | reference store | ratio | wanted | |")
                .containsPattern(
                        "(?m)^[|] one toy, 64 connections [|] [0-9,]+/s .* [|] [0-9,]+/s .* [|] at least 8 [|] ")
                .contains(" | 2,000 orders in ")
                .contains("; 0 units left of every toy; difference 0 | every toy exactly 0, difference 0 | met |")
                .containsPattern("(?m)^[|] `db audit` of 100,000 orders, .* [|] [0-9.]+ s ")
                .containsPattern("every one of their [0-9,]+ acknowledged orders is there")
                .containsPattern(
                        "(?m)^[|] longest time without orders after `kill -9` of the primary.* [|] [0-9.]+ s ");
    }

    @Test
    void refusesToCompareWithAProjectThatIsNotBuilt() throws Exception {
        ProgramRun bench = bench("--against", folder.toString());

        assertThat(bench.exitCode()).isEqualTo(2);
        assertThat(bench.stderr())
                .contains("bench: --against is " + folder + ", but there is no " + folder.resolve("catalog"));
        assertThat(folder).isEmptyDirectory();
    }

    private ProgramRun bench(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("--data", folder.toString(), "--rounds", "1", "--seconds", "0.1", "--warm-up", "0.1"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    /** Without C2, for which no process lives long enough here. */
    private static ProgramRun run(String... arguments) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("bench", "--home", Jars.root().toString()));
        all.addAll(List.of(arguments));
        ProcessBuilder command = new ProcessBuilder(Jars.command("system-tests", all.toArray(String[]::new)));
        command.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
        return ProgramRun.run(command, Duration.ofMinutes(10));
    }
}
