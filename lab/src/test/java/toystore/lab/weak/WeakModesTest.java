package toystore.lab.weak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The registry, and the places that it names. */
class WeakModesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static List<WeakMode> modes() {
        return WeakModes.all();
    }

    @Test
    void findsEachModeByItsName() {
        assertThat(WeakModes.names())
                .containsExactly(
                        "early-reply",
                        "no-force",
                        "no-fence",
                        "no-catch-up",
                        "no-keys",
                        "check-then-act",
                        "stale-cache",
                        "torn-tail",
                        "closed-loop")
                .allSatisfy(name -> assertThat(WeakModes.find(name))
                        .hasValueSatisfying(mode -> assertThat(mode.name()).isEqualTo(name)));
        assertThat(WeakModes.find("No-Fence")).isEmpty();
    }

    @Test
    void suggestsTheNearestNameOrListsAll() {
        assertThatThrownBy(() -> WeakModes.require("no-fense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no mode \"no-fense\"; did you mean no-fence?");
        assertThatThrownBy(() -> WeakModes.require("shop"))
                .hasMessage("there is no mode \"shop\"; expected one of early-reply, no-force, no-fence, no-catch-up,"
                        + " no-keys, check-then-act, stale-cache, torn-tail, closed-loop");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void namesADocumentWithThatHeading(WeakMode mode) throws Exception {
        String[] parts = mode.rule().document().split("#", -1);
        assertThat(Files.readAllLines(ROOT.resolve(parts[0])))
                .filteredOn(line -> line.startsWith("#"))
                .extracting(WeakModesTest::anchor)
                .contains(parts[1]);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void namesFilesThatExist(WeakMode mode) {
        assertThat(ROOT.resolve(mode.rule().code())).isRegularFile();
        assertThat(ROOT.resolve(WeakRun.source(mode))).isRegularFile();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void namesATestThatExists(WeakMode mode) throws Exception {
        String[] parts = mode.rule().test().split("#", -1);
        assertThat(tests(parts[0] + ".java"))
                .singleElement()
                .satisfies(file -> assertThat(Files.readString(file)).contains(" void " + parts[1] + "("));
    }

    private static String anchor(String heading) {
        return heading.replaceFirst("#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static List<Path> tests(String name) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .filter(file -> file.toString().contains("/src/test/java/"))
                    .toList();
        }
    }
}
