package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {
    @ParameterizedTest
    @CsvSource({
        "23505,RETRY",
        "23514,RETRY",
        "40001,RETRY",
        "40P01,RETRY",
        "55P03,RETRY",
        "08001,UNKNOWN",
        "08006,UNKNOWN",
        "08P01,UNKNOWN",
        "57014,UNKNOWN",
        "57P01,UNKNOWN",
        "25006,UNKNOWN",
        "40003,UNKNOWN",
        "53300,UNKNOWN",
        "58030,UNKNOWN",
        "XX000,UNKNOWN",
        "42601,FAULT",
        "22P02,FAULT",
        "0,FAULT",
        ",FAULT"
    })
    void followsTheTable(String state, SqlFailure expected) {
        assertThat(SqlFailure.of(new SQLException("failed", state))).isEqualTo(expected);
    }

    @Test
    void withoutAStateTheConnectionDecides() {
        assertThat(SqlFailure.of(new SQLTransientConnectionException("no connection")))
                .isEqualTo(SqlFailure.UNKNOWN);
        assertThat(SqlFailure.of(new SQLException("lost", new EOFException()))).isEqualTo(SqlFailure.UNKNOWN);
    }

    @Test
    void aCommitWithAWarningIsUnknown() throws Exception {
        SqlFailure.requireNone(null);
        assertThatThrownBy(() -> SqlFailure.requireNone(new SQLWarning("canceling wait for synchronous replication")))
                .isInstanceOf(SQLException.class)
                .hasMessage("the commit came with a warning: canceling wait for synchronous replication")
                .satisfies(e -> assertThat(SqlFailure.of((SQLException) e)).isEqualTo(SqlFailure.UNKNOWN));
    }
}
