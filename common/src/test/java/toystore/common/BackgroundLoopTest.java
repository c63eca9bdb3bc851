package toystore.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundLoopTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void runsItsStepAgainAndAgainOnOneThread() throws Exception {
        SynchronousQueue<Thread> runs = new SynchronousQueue<>();
        try (BackgroundLoop loop = new BackgroundLoop("test-loop", Duration.ZERO, () -> {
            runs.put(Thread.currentThread());
            return Duration.ZERO;
        })) {
            loop.start();

            Thread first = runs.take();
            assertThat(first.getName()).isEqualTo("test-loop");
            assertThat(runs.take()).isSameAs(first);
            loop.interrupt();
            first.join();
        }
    }

    @Test
    void endsItsPauseWhenItIsClosed() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch ran = new CountDownLatch(1);
        BackgroundLoop loop = new BackgroundLoop("test-loop", Duration.ZERO, () -> {
            runs.incrementAndGet();
            ran.countDown();
            return LONG;
        });
        loop.start();
        ran.await();

        loop.close();

        assertThat(runs).hasValue(1);
        assertThat(loop.isClosing()).isTrue();
    }

    @Test
    void finishesTheCurrentStepBeforeItIsClosed() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        CountDownLatch loopHolder = new CountDownLatch(1);
        BackgroundLoop[] loop = new BackgroundLoop[1];
        loop[0] = new BackgroundLoop("test-loop", Duration.ZERO, () -> {
            running.countDown();
            loopHolder.await();
            finished.addAndGet(loop[0].pause(LONG) ? 1 : 0);
            return LONG;
        });
        loop[0].start();
        running.await();
        loop[0].stop();
        loopHolder.countDown();

        loop[0].close();

        assertThat(finished).as("steps that noticed the end").hasValue(1);
    }

    @Test
    void closesBeforeItWasStarted() {
        new BackgroundLoop("test-loop", LONG, () -> LONG).close();
    }
}
