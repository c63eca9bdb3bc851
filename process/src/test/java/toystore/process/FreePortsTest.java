package toystore.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void noTwoProgramsGetTheSamePort() throws Exception {
        FreePorts one = new FreePorts(169);
        FreePorts other = new FreePorts(169);
        List<Integer> ports = new ArrayList<>();

        for (int i = 0; i < 150; i++) { // of two blocks
            ports.add(one.take());
            ports.add(other.take());
        }

        assertThat(ports)
                .doesNotHaveDuplicates()
                .allSatisfy(port -> assertThat(port).isBetween(15_000, 31_999));
    }
}
