package toystore.common.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {

    @Test
    void isNotThereForATestWhoseStdoutIsAPipe() {
        assertThat(Terminal.isThere()).isFalse();
    }
}
