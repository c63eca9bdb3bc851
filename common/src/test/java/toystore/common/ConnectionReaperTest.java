package toystore.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import toystore.common.ConnectionReaper.Deadline;

class ConnectionReaperTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration TICK = Duration.ofMillis(1);

    private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>(); // the phases of connections
    private final AtomicReference<Runnable> afterNextLook = new AtomicReference<>();
    private final ConnectionReaper reaper = new ConnectionReaper("test-reaper", TICK, this::afterLook);

    private Duration afterLook() {
        Runnable task = afterNextLook.getAndSet(null);
        if (task != null) {
            task.run();
        }
        return TICK;
    }

    private <T> T onReaperThread(java.util.function.Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        afterNextLook.set(() -> result.complete(task.get()));
        return result.join();
    }

    @AfterEach
    void close() {
        reaper.close();
    }

    @Test
    void countsAConnectionBeforeItIsClosed() throws Exception {
        BlockingQueue<Long> counts = new LinkedBlockingQueue<>(); // when they are closed
        reaper.start();
        Deadline expired = reaper.watch(phase -> counts.add(reaper.expired()), SHORT);
        Deadline evicted = reaper.watch(phase -> counts.add(reaper.evicted()), LONG);

        expired.start();
        assertThat(counts.take()).isEqualTo(1);

        evicted.start();
        await().until(() -> onReaperThread(evicted::evict));
        assertThat(counts.take()).isEqualTo(1);
    }

    @Test
    void countsAConnectionOnceForTheFirstReason() throws Exception {
        reaper.start();
        Deadline expired = reaper.watch(ended::add, SHORT, LONG);
        Deadline evicted = reaper.watch(ended::add, SHORT, LONG);

        expired.start(0);
        ended.take();
        expired.reset();
        expired.start(1);
        await().until(() -> onReaperThread(expired::evict));

        evicted.start(1);
        await().until(() -> onReaperThread(evicted::evict));
        evicted.reset();
        evicted.start(0);
        await().until(evicted::isExpired);

        assertThat(reaper.expired()).isEqualTo(1);
        assertThat(reaper.evicted()).isEqualTo(1);
    }

    @Test
    void endsAConnectionWhoseDeadlinePasses() throws Exception {
        reaper.start();
        Deadline deadline = reaper.watch(ended::add, SHORT);

        deadline.start();

        assertThat(ended.take()).isZero();
        assertThat(deadline.isExpired()).isTrue();
        assertThat(deadline.isEvicted()).isFalse();
    }

    @Test
    void countsTheTimeOfEachPhaseOnItsOwn() throws Exception {
        reaper.start();
        Deadline deadline = reaper.watch(ended::add, LONG, SHORT, LONG);

        deadline.start(0);
        deadline.start(2);
        deadline.start(1);

        assertThat(ended.take()).isEqualTo(1);
    }

    @Test
    void leavesAConnectionAloneWhoseDeadlineIsStopped() throws Exception {
        reaper.start();
        Deadline stopped = reaper.watch(ended::add, SHORT);
        Deadline late = reaper.watch(ended::add, LONG, SHORT.multipliedBy(5));

        stopped.start();
        assertThat(stopped.stop()).isTrue();
        late.start(1);

        assertThat(ended.take()).isEqualTo(1);
        assertThat(stopped.isExpired()).isFalse();
    }

    @Test
    void reportsAnEndedConnectionUntilTheDeadlineIsReset() throws Exception {
        reaper.start();
        Deadline deadline = reaper.watch(ended::add, SHORT, LONG);
        deadline.start(0);
        ended.take();

        assertThat(deadline.stop()).isFalse();
        assertThat(deadline.start(1)).isFalse();
        assertThat(deadline.isExpired()).isTrue();
        assertThat(deadline.phase()).isEqualTo(Deadline.NO_PHASE);

        deadline.reset();
        assertThat(deadline.start(0)).isTrue();
        assertThat(ended.take()).isZero();
    }

    @Test
    void evictsTheWaitThatItHasObservedAndNoOther() {
        Deadline deadline = reaper.watch(ended::add, LONG, LONG);
        deadline.start(1);
        reaper.start();

        boolean evictedAfterNextWaitBegan = onReaperThread(() -> {
            deadline.start(1);
            return deadline.evict();
        });
        assertThat(evictedAfterNextWaitBegan).isFalse();
        assertThat(ended).isEmpty();

        assertThat(onReaperThread(deadline::observedPhase)).isEqualTo(1);
        assertThat(onReaperThread(deadline::evict)).isTrue();
        assertThat(ended).containsExactly(1);
        assertThat(deadline.isEvicted()).isTrue();
        assertThat(deadline.isExpired()).isFalse();
        assertThat(reaper.expired()).isZero();
    }

    @Test
    void doesNotEvictAConnectionThatWaitsForNothing() {
        reaper.start();
        Deadline deadline = reaper.watch(ended::add, LONG);

        assertThat(onReaperThread(deadline::evict)).isFalse();
        assertThat(ended).isEmpty();
    }

    @Test
    void continuesAfterAConnectionThatCannotBeEnded() throws Exception {
        reaper.start();
        Deadline broken = reaper.watch(
                phase -> {
                    throw new IOException("broken");
                },
                SHORT);
        broken.start();
        await().until(broken::isExpired);

        Deadline next = reaper.watch(ended::add, SHORT);
        next.start();

        assertThat(ended.take()).isZero();
    }

    @Test
    void boundsCallsInProgressAfterItWasClosed() throws Exception {
        List<Thread> threads = new ArrayList<>();
        reaper.start();
        Deadline deadline = reaper.watch(ended::add, SHORT);
        onReaperThread(() -> threads.add(Thread.currentThread()));

        reaper.close();
        deadline.start();
        assertThat(ended.take()).isZero();
        deadline.close();

        threads.get(0).join();
    }
}
