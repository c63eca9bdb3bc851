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
        WriteBatch.flush(one);
        WriteBatch.flush(one);

        assertThat(sent).containsExactly("one", "one");
    }

    @Test
    void sendsOnceForEachConnectionAtTheEnd() {
        WriteBatch.run(() -> {
            WriteBatch.flush(one);
            WriteBatch.flush(other);
            WriteBatch.flush(one);
            assertThat(sent).isEmpty();
        });

        assertThat(sent).containsExactlyInAnyOrder("one", "other");
    }

    @Test
    void aBatchWithinABatchSendsAtItsOwnEnd() {
        WriteBatch.run(() -> {
            WriteBatch.flush(other);
            WriteBatch.run(() -> WriteBatch.flush(one));
            assertThat(sent).containsExactly("one");
            WriteBatch.flush(one);
        });

        assertThat(sent).containsExactlyInAnyOrder("one", "one", "other");
    }

    @Test
    void sendsInBetweenWhatItHasKept() {
        WriteBatch batch = WriteBatch.begin();
        try (batch) {
            WriteBatch.flush(one);
            batch.flush();
            batch.flush();
            assertThat(sent).containsExactly("one");
        }

        assertThat(sent).containsExactly("one");
    }

    @Test
    void sendsAfterAFailureToo() {
        assertThatThrownBy(() -> WriteBatch.run(() -> {
                    WriteBatch.flush(one);
                    throw new IllegalStateException("as expected");
                }))
                .hasMessage("as expected");

        assertThat(sent).containsExactly("one");
    }
}
