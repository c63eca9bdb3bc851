package toystore.frontend.http.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The turns of slow clients, without the time that threads need to change from one client to the next. */
class SessionReaperTest {
    private static final int THREADS = 10;

    @ParameterizedTest
    @ValueSource(ints = {20, 200, 500, 1000})
    void theLastOfACrowdWaitsForLessThanASecond(int crowd) {
        assertThat(millisUntilTheLastOneIsServed(crowd, false)).isLessThan(600);
        assertThat(millisUntilTheLastOneIsServed(crowd, true)).isLessThan(800);
    }

    @Test
    void aHandshakeHasMoreTimeThanASilentClient() {
        assertThat(SessionReaper.turn(true, 40, THREADS)).isEqualTo(25_000_000);
        assertThat(SessionReaper.turn(false, 40, THREADS)).isEqualTo(15_000_000);
        assertThat(SessionReaper.turn(true, 1, THREADS)).isEqualTo(200_000_000);
    }

    private static long millisUntilTheLastOneIsServed(int crowd, boolean agreeing) {
        return LongStream.rangeClosed(1, crowd)
                        .map(waiting -> SessionReaper.turn(agreeing, (int) waiting, THREADS))
                        .sum()
                / THREADS
                / 1_000_000;
    }
}
