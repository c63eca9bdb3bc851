package toystore.sql;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Says in one line of this program's words why a database cannot be used. The driver's words are for programmers, and
 * name one server of several, another one each time.
 */
final class FailureText {
    private FailureText() {}

    /** The reason of a failure, without the name of the database. It has no numbers that change with each try. */
    static String of(SQLException e, DatabaseUrl url) {
        if (!(e instanceof PSQLException failure)) {
            return firstLine(e.getMessage());
        }
        String state = String.valueOf(failure.getSQLState());
        ServerErrorMessage server = failure.getServerErrorMessage();
        if (server != null) {
            String text = firstLine(server.getMessage());
            return state.startsWith("28") ? text + withoutUser(url) : text;
        }
        String text = firstLine(failure.getMessage());
        return switch (state) {
            case "08001" -> unreachable(failure, text, url);
            case "08003", "08006" ->
                failure.getCause() instanceof SocketTimeoutException
                        ? "it has not replied in time"
                        : "the connection was lost";
            case "08004" ->
                text.contains("no password was provided")
                        ? "it wants a password; --db-password-file or TOYSTORE_DB gives it" + withoutUser(url)
                        : text;
            default -> text;
        };
    }

    /**
     * Why no server was found. Of several, the driver tells about the last one that it tried: for whether the others
     * refuse connections or are standbys, it has the same exceptions.
     */
    private static String unreachable(PSQLException failure, String text, DatabaseUrl url) {
        boolean several = url.servers().contains(",");
        if (failure.getCause() instanceof UnknownHostException unknown) {
            return "the host " + firstLine(unknown.getMessage()).split(":", 2)[0] + " is not known";
        }
        if (failure.getCause() instanceof ConnectException || text.contains("targetServerType")) {
            if (several) {
                return "none of its servers is a primary that accepts connections";
            }
            return failure.getCause() == null ? "it is not a primary" : url.servers() + " refuses connections";
        }
        if (failure.getCause() instanceof SocketTimeoutException || failure.getCause() == null) {
            return several ? "no primary has replied in time" : "it has not replied in time";
        }
        return failure.getCause() instanceof IOException cause ? firstLine(cause.getMessage()) : text;
    }

    private static String withoutUser(DatabaseUrl url) {
        return url.hasUser() ? "" : " (the URL has no user; expected /name?user=NAME)";
    }

    private static String firstLine(String text) {
        return String.valueOf(text).lines().findFirst().orElse("").trim();
    }
}
