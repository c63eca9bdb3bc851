package toystore.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PercentConverterTest {
    @Test
    void readsPercentages() {
        assertThat(new PercentConverter().convert("5%")).isEqualTo(5);
        assertThat(new PercentConverter().convert("2.5 %")).isEqualTo(2.5);
        assertThat(new PercentConverter().convert("0")).isZero();
        for (String wrong : new String[] {"", "%", "-5%", "5%%", "five", "NaN", "1e3"}) {
            assertThatThrownBy(() -> new PercentConverter().convert(wrong))
                    .hasMessage("\"" + wrong + "\" is no percentage; expected one like 5%");
        }
    }
}
