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
 * Writes log lines of requests to stderr, in batches, on a thread of its own. Thread-safe.
 *
 * <p>The thread pauses shortly after each write, so that lines gather: a line costs its request no I/O, and a busy
 * service wakes no thread for it. (With Logback's AsyncAppender, which wakes a thread for each line, a busy catalog
 * served a third to a half less.)
 *
 * <p>If stderr blocks, lines are dropped, so that the store continues; the number of dropped lines is logged
 * afterwards. {@link #stop} returns when all lines are written, or after two seconds.
 */
public final class AsyncStderrAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final int QUEUE = 8192;
    private static final int PAUSE_MILLIS = 5;

    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder dropped = new LongAdder(); // since it was last logged
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Encoder<ILoggingEvent> encoder;
    private Duration longestStop = Duration.ofSeconds(2);

    /** @param trace of the thread that logged it; {@code null} if it had none */
    private record Line(ILoggingEvent event, String trace) {}

    /** Null before the first line; volatile, so that later lines need no lock. */
    private volatile Thread writer;

    /** Sets the encoder. Call it before the start. */
    void setEncoder(Encoder<ILoggingEvent> lineEncoder) {
        encoder = lineEncoder;
    }

    /** How long {@link #stop} may take. */
    void setLongestStop(Duration time) {
        longestStop = time;
    }

    /** Writes the lines in the queue; later ones are lost. */
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
            dropped.increment();
        }
    }

    /** Starts the thread with the first line: during the set-up of logging, the start of a thread may wait for it. */
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
            } while (!stopping.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException interruptedByStop) {
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
                addError("a line could not be written", e); // the others are
            }
        }
        batch.clear();
        long count = dropped.sumThenReset();
        if (count > 0) {
            String note = "  " + count + " lines of requests were left out: stderr did not take them\n";
            lines.writeBytes(note.getBytes(StandardCharsets.UTF_8));
        }
        System.err.write(lines.toByteArray(), 0, lines.size()); // in one call, so that no other line gets in between
        System.err.flush();
    }
}
