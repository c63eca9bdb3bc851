package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Optional;
import toystore.frontend.http.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/** Lets the shopkeeper in, who knows the token: {@code Authorization: Bearer …} (RFC 6750). */
public final class Admin {
    private static final String SCHEME = "Bearer ";

    private final Optional<byte[]> token;

    /** @param token empty: nobody is let in */
    public Admin(Optional<String> token) {
        this.token = token.map(text -> text.getBytes(UTF_8));
    }

    /** Refuses everybody else. */
    void check(Request request) throws HttpException {
        if (token.isEmpty()) {
            throw new HttpException(Status.FORBIDDEN, "the admin API is off: the frontend runs without an admin token");
        }
        String credentials = request.fields()
                .one("Authorization")
                .orElseThrow(
                        () -> unauthorized("the field Authorization is missing; expected Bearer and the token", ""));
        if (!credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthorized("the field Authorization does not begin with Bearer", "");
        }
        byte[] given = credentials.substring(SCHEME.length()).strip().getBytes(UTF_8);
        if (!MessageDigest.isEqual(given, token.get())) { // takes as long for any token of that length
            throw unauthorized("the admin token is wrong", ", error=\"invalid_token\"");
        }
    }

    private static HttpException unauthorized(String message, String error) {
        return new HttpException(Status.UNAUTHORIZED, message)
                .with(new Field("WWW-Authenticate", "Bearer realm=\"toystore\"" + error));
    }
}
