package toystore.common.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import toystore.common.Threads;

/**
 * Writes the lines of requests to stderr, on a thread of its own: one write for all that have come, and then a short
 * nap while the next ones gather. So a line costs its request no I/O, and a busy service no wake-up of a thread. (With
 * Logback's AsyncAppender, which is woken for each, a busy catalog answered a third to a half less.)
 *
 * <p>A stderr that takes nothing must not stop the store: then lines are left out, and how many is said as soon as it takes
 * some again. {@link #stop} returns when all are written, or after two seconds.
 */
public final class AsyncStderrAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final int QUEUE = 8192;
    private static final int NAP_MILLIS = 5;

    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder leftOut = new LongAdder(); // not said yet
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Encoder<ILoggingEvent> encoder;
    private Duration longestStop = Duration.ofSeconds(2);

    /** @param trace of the thread that logged it; {@code null} if it had none */
    private record Line(ILoggingEvent event, String trace) {}

    /** Null before the first line; volatile, so that the others need no lock. */
    private volatile Thread writer;

    /** To be set before it is started. */
    void setEncoder(Encoder<ILoggingEvent> lines) {
        encoder = lines;
    }

    /** How long {@link #stop} may take. */
    void setLongestStop(Duration time) {
        longestStop = time;
    }

    /** Writes what has come; what comes from now on is lost. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        stopping.countDown();
        try {
            Thread last = writer;
            if (last != null) {
                last.interrupt();
                last.join(longestStop.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (writer == null) {
            startWriter();
        }
        if (!queue.offer(new Line(event, Trace.current()))) {
            leftOut.increment();
        }
    }

    /** Not sooner: while logging itself is being set up, a thread that makes threads may wait for that. */
    private synchronized void startWriter() {
        if (writer == null) {
            Thread thread = Threads.named("request-log", this::run);
            thread.start();
            writer = thread;
        }
    }

    private void run() {
        List<Line> batch = new ArrayList<>();
        try {
            do {
                batch.add(queue.take());
                write(batch);
            } while (!stopping.await(NAP_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            // the rest is written below
        }
        write(batch);
    }

    private void write(List<Line> batch) {
        queue.drainTo(batch);
        ByteArrayOutputStream lines = new ByteArrayOutputStream(batch.size() * 128);
        for (Line line : batch) {
            Trace trace = Trace.begin(line.trace());
            try (trace) {
                lines.writeBytes(encoder.encode(line.event()));
            } catch (RuntimeException e) {
                addError("a line could not be written", e); // one line less, but the others
            }
        }
        batch.clear();
        long lost = leftOut.sumThenReset();
        if (lost > 0) {
            String said = "  " + lost + " lines of requests were left out: stderr did not take them\n";
            lines.writeBytes(said.getBytes(StandardCharsets.UTF_8));
        }
        System.err.write(lines.toByteArray(), 0, lines.size()); // at once, so that no other line gets in between
        System.err.flush();
    }
}
