package toystore.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static toystore.durable.Logs.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitingTest {
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path folder;

    @Test
    void waitsUntilARecordIsOnDisk() throws Exception {
        try (AppendLog log = Logs.open(folder, 1 << 20)) {
            FutureTask<Boolean> waiter = waiting(() -> log.awaitBeyond(1, LONG));
            log.append(text("a"));
            assertThat(waiter).isNotDone();
            log.append(text("b"));

            assertThat(waiter.get()).isTrue();
            assertThat(log.awaitBeyond(1, LONG)).isTrue();
        }
    }

    @Test
    void waitsNoLongerThanTheGivenTime() throws Exception {
        try (AppendLog log = Logs.open(folder, 1 << 20)) {
            assertThat(log.awaitBeyond(0, Duration.ofMillis(1))).isFalse();
            assertThat(log.awaitBeyond(0, Duration.ZERO)).isFalse();
        }
    }

    @Test
    void returnsAtOnceWhenItIsWoken() throws Exception {
        try (AppendLog log = Logs.open(folder, 1 << 20)) {
            FutureTask<Boolean> waiter = waiting(() -> log.awaitBeyond(0, LONG));
            log.wakeWaiters();

            assertThat(waiter.get()).isFalse();
        }
    }

    @Test
    void remembersAWakeThatCameTooEarlyOnce() throws Exception {
        try (AppendLog log = Logs.open(folder, 1 << 20)) {
            log.wakeWaiters();
            log.wakeWaiters();

            assertThat(log.awaitBeyond(0, LONG)).isFalse();
            FutureTask<Boolean> waiter = waiting(() -> log.awaitBeyond(0, LONG));
            log.append(text("a"));

            assertThat(waiter.get()).isTrue();
        }
    }

    @Test
    void doesNotWaitAfterTheLogWasClosed() throws Exception {
        AppendLog log = Logs.open(folder, 1 << 20);
        FutureTask<Boolean> waiter = waiting(() -> log.awaitBeyond(0, LONG));
        log.close();

        assertThat(waiter.get()).isFalse();
        assertThat(log.awaitBeyond(0, LONG)).isFalse();
    }

    /** Runs the call on a new thread, and returns when that waits. */
    private static FutureTask<Boolean> waiting(Callable<Boolean> call) {
        FutureTask<Boolean> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return task;
    }
}
