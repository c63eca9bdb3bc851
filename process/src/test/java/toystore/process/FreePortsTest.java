package toystore.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void noTwoProgramsGetTheSamePort() throws Exception {
        FreePorts one = new FreePorts(169, 170);
        FreePorts other = new FreePorts(169, 170);
        List<Integer> ports = new ArrayList<>();

        for (int i = 0; i < 150; i++) { // of two blocks
            ports.add(one.take());
            ports.add(other.take());
        }

        assertThat(ports)
                .doesNotHaveDuplicates()
                .allSatisfy(port -> assertThat(port).isBetween(15_000, 31_999));
    }

    @Test
    void givesNoPortsOfAnotherProgramWhenNoneAreFree() throws Exception {
        int block = (new FreePorts(169, 170).take() - 15_000) / 100;
        FreePorts other = new FreePorts(block, 1);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(other::take).isInstanceOf(IOException.class).hasMessageStartingWith("no free port");
        }
    }
}
