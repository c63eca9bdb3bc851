package toystore.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSummaryTest {
    private static final String PASSED = "<testcase name='works' classname='toystore.A'/>";

    @TempDir
    Path project;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void countsTheTestsOfAllModules() throws Exception {
        report("wire/target/surefire-reports/TEST-toystore.A.xml", PASSED + PASSED);
        report("orders/target/failsafe-reports/TEST-toystore.B.xml", PASSED);
        report("orders/target/failsafe-reports/failsafe-summary.xml", "this is no report");
        Files.createDirectories(project.resolve("docs"));

        assertThat(print()).isTrue();

        assertThat(printed.toString(UTF_8)).isEqualTo("\n3 tests passed, 0 failed, 0 skipped, in 4 min 5 s\n");
    }

    @Test
    void printsTheReasonOfEachSkippedTest() throws Exception {
        report("wire/target/surefire-reports/TEST-toystore.A.xml", PASSED + """
                <testcase name='needsNginx' classname='toystore.A'>
                  <skipped message='Assumption failed: nginx is not installed' type='org.opentest4j.TestAbortedException'/>
                </testcase>
                <testcase name='' classname='toystore.B'><skipped message='two&#10;   lines'/></testcase>
                <testcase name='c' classname='toystore.B'><skipped/></testcase>
                <testcase name='d' classname='toystore.B'>
                  <skipped type='T'><![CDATA[org.opentest4j.TestAbortedException: assumption was not met due to:
                 [needs perl]
                \tat toystore.B.d(B.java:1)
                ]]></skipped>
                </testcase>
                """);

        assertThat(print()).isTrue();

        assertThat(printed.toString(UTF_8)).isEqualTo("""

                skipped:
                    toystore.A.needsNginx: nginx is not installed
                    toystore.B: two lines
                    toystore.B.c: no reason is given
                    toystore.B.d: [needs perl]

                1 tests passed, 0 failed, 4 skipped, in 4 min 5 s
                """);
    }

    @Test
    void printsEachFailureWithTheEndOfTheOutputOfTheTest() throws Exception {
        String log = IntStream.rangeClosed(1, 1000).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
        report("wire/target/surefire-reports/TEST-toystore.A.xml", PASSED + """
                <testcase name='breaks(int)[1]' classname='toystore.A'>
                  <failure message='1 is 2' type='AssertionError'><![CDATA[AssertionError: 1 is 2
                \tat org.assertj.Foo(Foo.java:1)
                \tat toystore.A.breaks(A.java:7)
                \tat java.base/java.lang.reflect.Method.invoke(Method.java:1)
                Caused by: why
                \t... 63 more]]></failure>
                  <system-err><![CDATA[LOG]]></system-err>
                </testcase>
                <testcase name='crashes' classname='toystore.A'><error>java.lang.Error</error></testcase>
                """.replace("LOG", log));

        assertThat(print()).isFalse();

        assertThat(printed.toString(UTF_8)).startsWith("""

                        toystore.A.breaks(int)[1]
                            AssertionError: 1 is 2
                              at toystore.A.breaks(A.java:7)
                            Caused by: why
                          the end of its system-err:
                            line 976
                        """).endsWith("""
                            line 1000

                        toystore.A.crashes
                            java.lang.Error

                        failed:
                            toystore.A.breaks(int)[1]
                            toystore.A.crashes

                        1 tests passed, 2 failed, 0 skipped, in 4 min 5 s
                        """);
    }

    @Test
    void failsWithoutAnyTest() throws Exception {
        assertThat(print()).isFalse();

        assertThat(printed.toString(UTF_8)).isEqualTo("\n0 tests passed, 0 failed, 0 skipped, in 4 min 5 s\n");
    }

    private boolean print() throws Exception {
        return TestSummary.print(project, Duration.ofSeconds(245), new PrintStream(printed, true, UTF_8));
    }

    private void report(String place, String tests) throws Exception {
        Path file = project.resolve(place);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "<testsuite name='toystore.A'><properties/>" + tests + "</testsuite>");
    }
}
