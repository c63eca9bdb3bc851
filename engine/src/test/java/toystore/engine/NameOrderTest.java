package toystore.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameOrderTest {
    private static final List<String> NAMES = List.of(
            "",
            "A",
            "B",
            "Box",
            "Boxer",
            "a",
            "é",
            "\uD7FF",
            "\uE000",
            "\uFFFD",
            "\uFFFF",
            "\uD800\uDC00",
            "🧸",
            "🧸a",
            "🧸🧸",
            "🪆",
            "\uDBFF\uDFFF");

    @Test
    void isTheOrderOfTheBytesInUtf8() {
        for (String one : NAMES) {
            for (String other : NAMES) {
                int bytes = Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
                assertThat(Integer.signum(NameOrder.BY_CODE_POINT.compare(one, other)))
                        .as("%s and %s", one, other)
                        .isEqualTo(Integer.signum(bytes));
            }
        }
    }
}
