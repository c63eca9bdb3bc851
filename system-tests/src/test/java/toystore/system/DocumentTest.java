package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents point to exists. */
class DocumentTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    /** The name of a class: of two words at least, so that no other word is taken for one. */
    private static final Pattern CLASS =
            Pattern.compile("`((?:[A-Z][a-z0-9]+){2,}|[A-Z][A-Za-z0-9]*(?:Test|IT))(?:#([a-z][A-Za-z0-9]*)[^`]*)?`");

    private static final List<String> JAVA =
            List.of("java.lang.", "java.util.", "java.util.concurrent.", "java.net.", "java.io.", "java.nio.file.");

    private static final Set<String> PLACES =
            Set.of("HOST", "DATA", "PORT", "CATALOG_PORT", "ORDERS_PORT", "CATALOG", "ORDERS");

    static List<Document> all() throws IOException {
        return Document.all();
    }

    /** The launcher finds the services by flags; all of their other variables are settings that it keeps. */
    @Test
    void listsTheSettingsThatTheLauncherKeeps() throws Exception {
        String launcher = Files.readString(Jars.root().resolve("toystore"));
        Matcher settings = Pattern.compile("(?s)\nsettings=\\((.*?)\\)").matcher(launcher);
        assertThat(settings.find()).isTrue();

        String services =
                Files.readString(Jars.root().resolve("docs/operations.md")).split("\n\\| client ", 2)[0];
        Set<String> documented = Pattern.compile("(?m)^\\|[^|]*\\| `--[a-z-]+` \\| `TOYSTORE_([A-Z_]+)`")
                .matcher(services)
                .results()
                .map(variable -> variable.group(1))
                .filter(name -> !PLACES.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        documented.add("JAVA_OPTS");
        assertThat(List.of(settings.group(1).strip().split("\\s+", -1))).containsExactlyElementsOf(documented);
    }

    @ParameterizedTest
    @MethodSource("all")
    void linksOnlyToFilesAndHeadingsThatExist(Document document) throws Exception {
        List<String> links = found(LINK, document)
                .map(link -> link.group(1))
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .toList();

        assertThat(links).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document.file()
                    : document.file().resolveSibling(parts[0]).normalize();
            assertThat(target).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).as("headings of " + target).contains(parts[1]);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void namesOnlyClassesAndTestsThatExist(Document document) throws Exception {
        Map<String, String> sources = sources();

        assertThat(found(CLASS, document)).allSatisfy(name -> {
            String source = sources.getOrDefault(name.group(1), "");
            assertThat(!source.isEmpty() || isInJava(name.group(1)))
                    .as(name.group(1) + " exists")
                    .isTrue();
            if (name.group(2) != null) {
                assertThat(source).as(name.group(1)).contains(" void " + name.group(2) + "(");
            }
        });
    }

    @Test
    void findsWhatItLooksFor() {
        List<String> text =
                List.of("a `StoreIT`, `FooBar#baz`, `Tux`, `GET`", "", "    $ a `B`", "    c", "", "    $ d");
        Document document = new Document(Jars.root().resolve("README.md"), text);

        assertThat(found(CLASS, document).map(MatchResult::group)).containsExactly("`StoreIT`", "`FooBar#baz`");
        assertThat(document.examples())
                .containsExactly(
                        new Document.Example("README.md line 3", "a `B`", List.of("c")),
                        new Document.Example("README.md line 6", "d", List.of()));
    }

    private static Stream<MatchResult> found(Pattern pattern, Document document) {
        return document.prose().stream().flatMap(line -> pattern.matcher(line).results());
    }

    /** The anchors of the headings, as GitHub makes them. */
    private static Set<String> anchors(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** The sources of the project, by the names of their classes. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        Pattern declared = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z][A-Za-z0-9]*)");
        try (Stream<Path> files = Files.walk(Jars.root(), 12)) {
            for (Path file : files.filter(DocumentTest::isSource).toList()) {
                String source = Files.readString(file);
                Matcher name = declared.matcher(source);
                while (name.find()) {
                    sources.merge(name.group(1), source, String::concat);
                }
            }
        }
        return sources;
    }

    private static boolean isSource(Path file) {
        return file.toString().endsWith(".java")
                && Jars.root().relativize(file).getName(1).toString().equals("src");
    }

    private static boolean isInJava(String name) {
        return JAVA.stream().anyMatch(where -> {
            try {
                Class.forName(where + name, false, null);
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        });
    }
}
