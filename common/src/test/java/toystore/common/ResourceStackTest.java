package toystore.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceStackTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void closesTheOpenedResourcesAfterAFailureTheLastOneFirst() {
        assertThatThrownBy(() -> {
                    try (ResourceStack opened = new ResourceStack()) {
                        opened.add(() -> closed.add("first"));
                        opened.add(() -> {
                            closed.add("second");
                            throw new IOException("cannot be closed");
                        });
                        opened.add(() -> closed.add("third"));
                        throw new IllegalStateException("cannot be opened");
                    }
                })
                .hasMessage("cannot be opened")
                .hasSuppressedException(new IOException("cannot be closed"));
        assertThat(closed).containsExactly("third", "second", "first");
    }

    @Test
    void closesNothingThatIsReleased() throws Exception {
        try (ResourceStack opened = new ResourceStack()) {
            opened.add(() -> closed.add("first"));
            opened.release();
            opened.add(() -> closed.add("second"));
        }
        assertThat(closed).containsExactly("second");
    }
}
