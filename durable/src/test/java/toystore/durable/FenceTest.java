package toystore.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static toystore.durable.Logs.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceTest {
    @TempDir
    Path folder;

    private AppendLog log;

    @BeforeEach
    void open() throws Exception {
        log = Logs.open(Storage.DISK, folder, 1 << 20);
    }

    @AfterEach
    void close() throws Exception {
        log.close();
    }

    @Test
    void refusesAFencedRecordBeforeThereIsAFence() {
        assertThatThrownBy(() -> log.append("e1", text("a")))
                .isInstanceOf(FencedException.class)
                .hasMessage("the fence e1 was given but none is open now");
    }

    @Test
    void refusesAStaleFenceWithoutUsingUpANumber() throws Exception {
        log.fence("e1");
        assertThat(log.append("e1", text("a"))).isEqualTo(1);
        assertThat(log.fence("e2")).isEqualTo(1);

        assertThatThrownBy(() -> log.append("e1", text("b")))
                .isInstanceOf(FencedException.class)
                .hasMessage("the fence e1 was given but e2 is the current one");

        assertThat(log.append("e2", text("c"))).isEqualTo(2);
        assertThat(log.append(text("without a fence"))).isEqualTo(3);
    }

    @Test
    void fencesOffOnlyTheCurrentOne() throws Exception {
        log.fence("e2");

        assertThat(log.fenceOff("e1")).isFalse();
        assertThat(log.append("e2", text("a"))).isEqualTo(1);
        assertThat(log.fenceOff("e2")).isTrue();
        assertThat(log.fenceOff("e2")).isFalse();
        assertThatThrownBy(() -> log.append("e2", text("b"))).isInstanceOf(FencedException.class);
    }

    @Test
    void hasNoFenceWhenItIsOpenedAgain() throws Exception {
        log.fence("e1");
        log.close();
        open();

        assertThatThrownBy(() -> log.append("e1", text("a"))).isInstanceOf(FencedException.class);
    }

    @Test
    void givesNoRecordOfAnOlderFenceANumberBeyondTheHeadItReturned() throws Exception {
        Map<Long, String> fenceOfRecord = new ConcurrentHashMap<>();
        Map<String, Long> headAfter = new ConcurrentHashMap<>();
        int fences = 20;
        for (int f = 0; f < fences; f++) {
            String fence = "e" + f;
            log.fence(fence);
            CountDownLatch underWay = new CountDownLatch(8);
            List<Thread> writers = IntStream.range(0, 4)
                    .mapToObj(w -> new Thread(() -> {
                        try {
                            while (true) {
                                fenceOfRecord.put(log.append(fence, text("x")), fence);
                                underWay.countDown();
                            }
                        } catch (FencedException end) {
                            assertThat(end).hasMessageContaining("the fence " + fence + " was given");
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .toList();
            writers.forEach(Thread::start);
            underWay.await();
            headAfter.put(fence, log.fence("between"));
            for (Thread writer : writers) {
                writer.join();
            }
        }

        assertThat(fenceOfRecord).hasSizeGreaterThanOrEqualTo(8 * fences);
        assertThat(fenceOfRecord)
                .allSatisfy((number, fence) -> assertThat(number).isLessThanOrEqualTo(headAfter.get(fence)));
        assertThat(log.last()).isEqualTo(headAfter.get("e" + (fences - 1)));
    }
}
