package toystore.common.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {

    @Test
    void belongsToItsThreadUntilItIsClosed() {
        assertThat(Trace.current()).isNull();

        Trace trace = Trace.begin("a-1");
        try (trace) {
            assertThat(Trace.current()).isEqualTo("a-1");
        }

        assertThat(Trace.current()).isNull();
    }

    @Test
    void restoresTheOuterTrace() {
        Trace outer = Trace.begin("outer");
        try (outer) {
            Trace inner = Trace.begin("inner");
            try (inner) {
                assertThat(Trace.current()).isEqualTo("inner");
            }
            assertThat(Trace.current()).isEqualTo("outer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7f3e-9", "Root=1-67891233:abc/def+x@host._~"})
    void acceptsCharactersThatNeedNoEscaping(String id) {
        assertThat(Trace.isValid(id)).isTrue();
        assertThat(Trace.isValid("x".repeat(128))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a\nb", "a\rb", "a\"b", "a\\b", "a{b", "a,b", "a'b", "a$b", "ä", "٣", "a\u0000"})
    void refusesCharactersWithASpecialMeaning(String id) {
        assertThat(Trace.isValid(id)).isFalse();
        assertThatThrownBy(() -> Trace.begin(id)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Trace.current()).isNull();
    }

    @Test
    void refusesNoIdAndOneThatIsTooLong() {
        assertThat(Trace.isValid(null)).isFalse();
        assertThat(Trace.isValid("x".repeat(129))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000", "999, 0.000", "1000, 0.001", "2714321, 2.714", "1050000000, 1050.000", "10009000, 10.009"})
    void formatsADurationInMilliseconds(long nanos, String millis) {
        assertThat(Millis.of(nanos)).isEqualTo(millis);
    }
}
