package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the map of the code in README.md with the code. */
class ReadmeTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[`([a-z-]+)`]\\([^)]*\\) \\| ([0-9,]+) \\|");

    @Test
    void statesTheLinesOfEachModule() throws IOException {
        TreeMap<String, Long> stated = new TreeMap<>();
        TreeMap<String, Long> actual = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Jars.root().resolve("README.md")));
        while (row.find()) {
            stated.put(row.group(1), Long.parseLong(row.group(2).replace(",", "")));
        }
        try (Stream<Path> modules = Files.list(Jars.root())) {
            modules.filter(module -> Files.isDirectory(module.resolve("src/main/java")))
                    .forEach(module -> actual.put(module.getFileName().toString(), linesRoundedTo100(module)));
        }

        assertThat(stated).isEqualTo(actual);
    }

    private static long linesRoundedTo100(Path module) {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            long lines = files.filter(file -> file.toString().endsWith(".java"))
                    .mapToLong(ReadmeTest::lines)
                    .sum();
            return Math.round(lines / 100.0) * 100;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
