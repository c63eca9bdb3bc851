package toystore.wire.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteBatchTest {
    private final List<String> sent = new ArrayList<>();
    private final WriteBatch.Outbox one = () -> sent.add("one");
    private final WriteBatch.Outbox other = () -> sent.add("other");

    @Test
    void sendsAtOnceWithoutABatch() {
        WriteBatch.add(one);
        WriteBatch.add(one);

        assertThat(sent).containsExactly("one", "one");
    }

    @Test
    void sendsOnceForEachConnectionAtTheEnd() {
        WriteBatch.run(() -> {
            WriteBatch.add(one);
            WriteBatch.add(other);
            WriteBatch.add(one);
            assertThat(sent).isEmpty();
        });

        assertThat(sent).containsExactlyInAnyOrder("one", "other");
    }

    @Test
    void aBatchWithinABatchSendsAtItsOwnEnd() {
        WriteBatch.run(() -> {
            WriteBatch.add(other);
            WriteBatch.run(() -> WriteBatch.add(one));
            assertThat(sent).containsExactly("one");
            WriteBatch.add(one);
        });

        assertThat(sent).containsExactlyInAnyOrder("one", "one", "other");
    }

    @Test
    void sendsInBetweenWhatItHasKept() {
        WriteBatch batch = WriteBatch.begin();
        try (batch) {
            WriteBatch.add(one);
            batch.flush();
            batch.flush();
            assertThat(sent).containsExactly("one");
        }

        assertThat(sent).containsExactly("one");
    }

    @Test
    void sendsAfterAFailureToo() {
        assertThatThrownBy(() -> WriteBatch.run(() -> {
                    WriteBatch.add(one);
                    throw new IllegalStateException("as expected");
                }))
                .hasMessage("as expected");

        assertThat(sent).containsExactly("one");
    }
}
