package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Compares {@code docs/http.md} with the tests of the rules that it lists. */
class HttpRulesDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "http.md");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern NAMED = Pattern.compile("`(\\w+#\\w+)`");
    private static final Pattern OF_RULES = Pattern.compile("(\\w+Rules|HostileRequests|FramingProperties)Test");

    @Test
    void namesOnlyTestsThatExist() throws Exception {
        Set<String> existing = tests(testClasses());

        assertThat(named(Files.readString(DOCUMENT))).isNotEmpty().isSubsetOf(existing);
    }

    @Test
    void namesEveryTestOfARule() throws Exception {
        List<Class<?>> ofRules = testClasses().stream()
                .filter(each -> OF_RULES.matcher(each.getSimpleName()).matches())
                .toList();

        assertThat(ofRules).hasSizeGreaterThan(10);
        assertThat(named(Files.readString(DOCUMENT))).containsAll(tests(ofRules));
    }

    @Test
    void countsTheHostileRequestsCorrectly() throws Exception {
        assertThat(Files.readString(DOCUMENT)).contains(HostileRequest.all().count() + " attempts");
    }

    private static Set<String> named(String document) {
        return NAMED.matcher(document)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> tests(List<Class<?>> classes) {
        return classes.stream()
                .flatMap(each -> Arrays.stream(each.getDeclaredMethods())
                        .filter(HttpRulesDocumentTest::isTest)
                        .map(method -> each.getSimpleName() + "#" + method.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isTest(Method method) {
        return Stream.of(Test.class, ParameterizedTest.class, Property.class).anyMatch(method::isAnnotationPresent);
    }

    private static List<Class<?>> testClasses() throws IOException, ClassNotFoundException {
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(TESTS)) {
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith("Test.java"))::iterator) {
                String name = TESTS.relativize(file).toString().replace(".java", "");
                classes.add(Class.forName(name.replace(File.separatorChar, '.')));
            }
        }
        return classes;
    }
}
