package toystore.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.util.Set;

/**
 * What a failure of the database means for the transaction that it ended.
 *
 * <pre>
 *   SQLSTATE (PostgreSQL's manual, appendix A)              means
 *   23505  unique_violation                                 RETRY: another transaction was first
 *   23514  check_violation                                  RETRY: likewise, and took the units
 *   40001  serialization_failure                            RETRY (YugabyteDB: always to be expected)
 *   40P01  deadlock_detected                                RETRY
 *   55P03  lock_not_available (lock_timeout)                RETRY
 *   08…    connection_exception, an end of the connection   UNKNOWN: the commit may have arrived
 *   40003  statement_completion_unknown                     UNKNOWN
 *   57…    operator_intervention (shutdown, crash, cancel)  UNKNOWN
 *   25006  read_only_sql_transaction                        UNKNOWN: the server is no primary any more
 *   25P03  idle_in_transaction_session_timeout              UNKNOWN: the connection has ended
 *   53…    insufficient_resources (connections, disk)       UNKNOWN: it may pass
 *   58…    system_error, XX… internal_error                 UNKNOWN
 *   a commit with a warning                                 UNKNOWN: it may not be replicated
 *   none, or any other                                      FAULT: the statement is wrong
 * </pre>
 *
 * A cancelled commit that waits for a standby succeeds with a warning (PostgreSQL's manual, section 27.2.8).
 */
public enum SqlFailure {
    /** The transaction is rolled back; the same may succeed at once, on the same connection after a rollback. */
    RETRY,
    /** The transaction may be committed, now or later. Discard the connection, and send the same by the same keys. */
    UNKNOWN,
    /** The transaction is rolled back, and would fail again. */
    FAULT;

    private static final Set<String> AGAIN = Set.of("23505", "23514", "40001", "40P01", "55P03");
    private static final Set<String> OPEN = Set.of("25006", "25P03", "40003");
    private static final Set<String> OPEN_CLASSES = Set.of("08", "53", "57", "58", "XX");

    /** What a failure means. */
    public static SqlFailure of(SQLException failure) {
        String state = failure.getSQLState();
        if (failure instanceof SQLTransientConnectionException) {
            return UNKNOWN;
        }
        if (state == null || state.length() != 5) {
            return failure.getCause() instanceof java.io.IOException ? UNKNOWN : FAULT;
        }
        if (AGAIN.contains(state)) {
            return RETRY;
        }
        return OPEN.contains(state) || OPEN_CLASSES.contains(state.substring(0, 2)) ? UNKNOWN : FAULT;
    }

    /**
     * Checks that a commit came without a warning.
     *
     * @param warning of the connection after its commit, or of a statement that commits; may be {@code null}
     * @throws SQLException if there is one, which {@link #of} says is {@link #UNKNOWN}
     */
    public static void requireNone(SQLWarning warning) throws SQLException {
        if (warning != null) {
            throw new SQLException("the commit came with a warning: " + warning.getMessage(), "40003", warning);
        }
    }
}
