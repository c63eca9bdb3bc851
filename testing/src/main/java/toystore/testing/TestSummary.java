package toystore.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Prints a summary of the tests of all modules, from the reports of Surefire and Failsafe.
 *
 * <p>The summary has each failure with the end of the test's output, the skipped tests with their reasons, the failed
 * tests, and the counts. The program needs only a JDK: {@code java TestSummary.java PROJECT_FOLDER SECONDS LOG
 * EXIT_CODE}, where the last two are the output and the exit code of Maven. Its exit code is 1 if a test failed, there
 * are no reports, or Maven failed; then it prints the errors of Maven.
 */
public final class TestSummary {
    private static final int LINES_OF_OUTPUT = 25;
    private static final int LINES_OF_FAILURE = 40;
    private static final int LINES_OF_BUILD = 10;

    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final PrintStream out;
    private int passed;

    private TestSummary(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        boolean passed = print(Path.of(args[0]), Duration.ofSeconds(Long.parseLong(args[1])), out);
        boolean good = checkBuild(Path.of(args[2]), passed && args[3].equals("0"), out);
        System.exit(good ? 0 : 1);
    }

    /** Returns whether the build is good, too; prints its errors if failed tests do not explain them. */
    static boolean checkBuild(Path log, boolean good, PrintStream out) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        List<String> errors =
                lines.stream().filter(line -> line.matches("\\[ERROR] ?.*")).toList();
        if (good && errors.isEmpty()) {
            return true;
        }
        boolean testFailed = lines.stream().anyMatch(line -> line.contains(" <<< "));
        boolean sourceFailed = errors.stream().anyMatch(line -> line.contains(".java:"));
        if (!testFailed || sourceFailed) {
            List<String> inSources = lines.stream()
                    .filter(line -> line.matches("\\[(ERROR|WARNING)] .*\\.java:.*"))
                    .toList();
            List<String> end = lines.subList(Math.max(0, lines.size() - LINES_OF_BUILD), lines.size());
            out.println();
            Stream.of(inSources, errors, end)
                    .filter(each -> !each.isEmpty())
                    .findFirst()
                    .ifPresent(each ->
                            each.stream().distinct().limit(LINES_OF_BUILD).forEach(out::println));
            out.println("not everything was built and tested; the output of Maven is in " + log);
        }
        return false;
    }

    /** Returns whether there are tests, and none of them failed. */
    static boolean print(Path project, Duration took, PrintStream out)
            throws IOException, SAXException, ParserConfigurationException {
        TestSummary summary = new TestSummary(out);
        for (Path report : reports(project)) {
            summary.read(report);
        }
        summary.print(took);
        return summary.failed.isEmpty() && summary.passed > 0;
    }

    private static List<Path> reports(Path project) throws IOException {
        List<Path> reports = new ArrayList<>();
        for (String folder : List.of("surefire-reports", "failsafe-reports")) {
            try (DirectoryStream<Path> modules = Files.newDirectoryStream(project, Files::isDirectory)) {
                for (Path module : modules) {
                    Path place = module.resolve("target").resolve(folder);
                    if (Files.isDirectory(place)) {
                        try (DirectoryStream<Path> found = Files.newDirectoryStream(place, "TEST-*.xml")) {
                            found.forEach(reports::add);
                        }
                    }
                }
            }
        }
        return reports.stream().sorted().toList();
    }

    private void read(Path report) throws IOException, SAXException, ParserConfigurationException {
        Element suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getDocumentElement();
        for (Element test : children(suite, "testcase").toList()) {
            // an entry for a whole class has no method name
            String name = (test.getAttribute("classname") + "." + test.getAttribute("name")).replaceFirst("\\.$", "");
            List<Element> failures = Stream.of("failure", "error")
                    .flatMap(kind -> children(test, kind))
                    .toList();
            List<Element> reasons = children(test, "skipped").toList();
            if (!failures.isEmpty()) {
                failed.add(name);
                explain(name, failures, test);
            } else if (!reasons.isEmpty()) {
                skipped.add(name + ": " + reason(reasons.get(0)));
            } else {
                passed++;
            }
        }
    }

    private void explain(String name, List<Element> failures, Element test) {
        out.println();
        out.println(name);
        for (Element failure : failures) {
            failure.getTextContent()
                    .lines()
                    .filter(line -> !isFrame(line) || line.startsWith("\tat toystore."))
                    .limit(LINES_OF_FAILURE)
                    .forEach(line -> out.println("    " + line.replace("\t", "  ")));
        }
        for (String stream : List.of("system-out", "system-err")) {
            List<String> lines = children(test, stream)
                    .flatMap(each -> each.getTextContent().lines())
                    .toList();
            if (!lines.isEmpty()) {
                out.println("  the end of its " + stream + ":");
                lines.stream()
                        .skip(Math.max(0, lines.size() - LINES_OF_OUTPUT))
                        .forEach(line -> out.println("    " + line));
            }
        }
    }

    private static boolean isFrame(String line) {
        return line.startsWith("\tat ") || line.startsWith("\t... ");
    }

    private static String reason(Element skipped) {
        String message = skipped.getAttribute("message");
        String text = message.isEmpty()
                ? skipped.getTextContent()
                        .lines()
                        .takeWhile(line -> !isFrame(line))
                        .collect(Collectors.joining(" "))
                : message;
        String reason = text.replaceFirst("^org\\.opentest4j\\.TestAbortedException: ", "")
                .replaceFirst("^Assumption failed: |^assumption was not met due to: ", "")
                .replaceAll("\\s+", " ")
                .strip();
        return reason.isEmpty() ? "no reason is given" : reason;
    }

    private void print(Duration took) {
        print("skipped", skipped);
        print("failed", failed);
        out.println();
        out.println(passed + " tests passed, " + failed.size() + " failed, " + skipped.size() + " skipped, in "
                + took.toMinutes() + " min " + took.toSecondsPart() + " s");
    }

    private void print(String what, List<String> names) {
        if (!names.isEmpty()) {
            out.println();
            out.println(what + ":");
            names.forEach(name -> out.println("    " + name));
        }
    }

    private static Stream<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(element -> element.getTagName().equals(name));
    }
}
