package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Optional;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/** The token that authorizes the requests of the admin API. Without one, the admin API is off. Thread-safe. */
final class AdminToken {
    private static final String BEARER = "Bearer ";

    private final Optional<byte[]> token;

    AdminToken(Optional<String> token) {
        this.token = token.map(text -> text.getBytes(UTF_8));
    }

    /** Refuses a request without the admin token: {@code Authorization: Bearer …} (RFC 6750). */
    void require(Request request) throws HttpException {
        if (token.isEmpty()) {
            throw new HttpException(Status.FORBIDDEN, "the admin API is off: the frontend runs without an admin token");
        }
        String credentials = request.fields()
                .one("Authorization")
                .orElseThrow(() ->
                        unauthorized("the field Authorization is missing; expected Bearer and the admin token", ""));
        if (!credentials.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw unauthorized("the field Authorization does not begin with Bearer", "");
        }
        byte[] given = credentials.substring(BEARER.length()).strip().getBytes(UTF_8);
        if (!MessageDigest.isEqual(given, token.get())) { // takes the same time for all tokens of one length
            throw unauthorized("the admin token is wrong", ", error=\"invalid_token\"");
        }
    }

    private static HttpException unauthorized(String message, String error) {
        return new HttpException(Status.UNAUTHORIZED, message)
                .with(new Field("WWW-Authenticate", "Bearer realm=\"toystore\"" + error));
    }
}
