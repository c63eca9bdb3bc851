package toystore.common.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Set up as every program is, with a stderr that the test reads, and that it can block. */
class AsyncStderrAppenderTest {
    private static final int MORE_THAN_THE_QUEUE_HOLDS = 20_000;

    private final PrintStream realStderr = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch open = new CountDownLatch(1);
    private final LoggerContext loggers = new LoggerContext();
    private Logger messages;

    @BeforeEach
    void setLoggingUp() throws Exception {
        loggers.setMDCAdapter(((LoggerContext) LoggerFactory.getILoggerFactory()).getMDCAdapter());
        new LogSetup().configure(loggers);
        messages = loggers.getLogger("messages");
        ((AsyncStderrAppender) messages.getAppender("requests")).setLongestStop(Duration.ofHours(1));
        System.setErr(new PrintStream(written) {
            @Override
            public void write(byte[] lines, int offset, int length) {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // like a real one, it does not let itself be disturbed
                }
                super.write(lines, offset, length);
            }
        });
    }

    @AfterEach
    void tidyUp() {
        open.countDown();
        loggers.stop();
        System.setErr(realStderr);
    }

    @Test
    void writesASingleLineSoon() {
        open.countDown();

        Trace trace = Trace.begin("a-1");
        try (trace) {
            messages.info("get 1 in 0.001 ms");
        }

        // among others, perhaps: what was logged before by other tests is written soon, not at once
        Pattern line = Pattern.compile("(?m)^\\S+Z INFO  \\[.*] a-1 get 1 in 0\\.001 ms\n");
        await().until(() -> line.matcher(written.toString(UTF_8)).find());
    }

    @Test
    void hasWrittenEveryLineInItsOrderWhenItIsStopped() {
        open.countDown();
        for (int i = 0; i < 5000; i++) {
            messages.info("n{}", i);
        }

        loggers.stop();

        assertThat(numbers())
                .containsExactlyElementsOf(IntStream.range(0, 5000).boxed().toList());
    }

    @Test
    void dropsAndCountsLinesWhileStderrIsBlocked() {
        for (int i = 0; i < MORE_THAN_THE_QUEUE_HOLDS; i++) {
            messages.info("n{}", i);
        }
        open.countDown();

        loggers.stop();

        String said = "lines of requests were left out: stderr did not take them";
        Matcher leftOut = Pattern.compile("(?m)^  ([0-9]+) " + said + "$").matcher(written.toString(UTF_8));
        // said once, or again if a batch was begun before the last line was left out
        int missing = leftOut.results()
                .mapToInt(notice -> Integer.parseInt(notice.group(1)))
                .sum();
        assertThat(missing).isPositive();
        assertThat(numbers().size() + missing).isEqualTo(MORE_THAN_THE_QUEUE_HOLDS);
        assertThat(numbers()).contains(0).isSorted();
    }

    @Test
    void writesTheLineOfAThreadThatIsInterruptedAndLeavesItInterrupted() {
        open.countDown();

        Thread.currentThread().interrupt();
        messages.info("n1");

        assertThat(Thread.interrupted()).isTrue();
        loggers.stop();
        assertThat(numbers()).containsExactly(1);
    }

    private List<Integer> numbers() {
        return written.toString(UTF_8)
                .lines()
                .filter(line -> line.matches(".* n[0-9]+"))
                .map(line -> Integer.valueOf(line.substring(line.lastIndexOf('n') + 1)))
                .toList();
    }
}
