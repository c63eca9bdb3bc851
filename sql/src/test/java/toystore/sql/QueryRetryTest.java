package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a query is tried again. */
class QueryRetryTest {
    private final SQLException broken = new SQLException("broken", "08006");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // it overflows
    private int tries;

    private String run(SQLException first, long millis) throws SQLException {
        return run(0, first, millis);
    }

    private String run(long waitedMillis, SQLException first, long millis) throws SQLException {
        return QueryRetry.run(
                nanos.get() - waitedMillis * 1_000_000,
                () -> {
                    tries++;
                    nanos.addAndGet(millis * 1_000_000);
                    if (tries == 1 || first != broken) {
                        throw first;
                    }
                    return "found";
                },
                nanos::get);
    }

    @Test
    void runsAQueryAgainWhoseConnectionBroke() throws SQLException {
        assertThat(run(broken, 500)).isEqualTo("found");
        assertThat(tries).isEqualTo(2);
    }

    @Test
    void doesNotRunAQueryAgainThatTookLongBecauseItsCallerWaits() {
        assertThatThrownBy(() -> run(broken, 501)).isSameAs(broken);
        assertThat(tries).isEqualTo(1);
    }

    @Test
    void countsTheTimeForWhichAQueryHasWaited() throws SQLException {
        assertThat(run(400, broken, 100)).isEqualTo("found");
        assertThat(tries).isEqualTo(2);
        tries = 0;
        assertThatThrownBy(() -> run(400, broken, 101)).isSameAs(broken);
        assertThat(tries).isEqualTo(1);
    }

    @Test
    void runsAQueryTwiceAtMost() {
        SQLException lost = new SQLException("broken", "57P01");
        assertThatThrownBy(() -> run(lost, 0)).isSameAs(lost);
        assertThat(tries).isEqualTo(2);
    }

    @Test
    void doesNotRunAQueryAgainThatIsWrongOrHasNoConnection() {
        SQLException wrong = new SQLException("no such column", "42703");
        assertThatThrownBy(() -> run(wrong, 0)).isSameAs(wrong);
        assertThat(tries).isEqualTo(1);
        SQLException none = new SQLTransientConnectionException("none", "08001");
        assertThatThrownBy(() -> run(none, 0)).isSameAs(none);
        assertThat(tries).isEqualTo(2);
    }
}
