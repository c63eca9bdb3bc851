package toystore.client.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import toystore.common.Address;

/**
 * A request as bytes on the wire, so that a request that is sent often is encoded once.
 *
 * @param method decides whether the response has a body and whether the request may be sent twice
 * @param bytes the whole request, not to be changed
 */
public record HttpRequest(String method, byte[] bytes) {

    /** A request without a body. */
    public static HttpRequest get(Address server, String target) {
        return of(server, "GET", target, Map.of(), new byte[0]);
    }

    /**
     * A request with any method.
     *
     * @param target in origin form, percent-encoded where necessary
     * @param fields values by name, without {@code Host} and {@code Content-Length}
     * @param body empty for none
     */
    public static HttpRequest of(
            Address server, String method, String target, Map<String, String> fields, byte[] body) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + server + "\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] first = head.append("\r\n").toString().getBytes(ISO_8859_1);
        byte[] bytes = new byte[first.length + body.length];
        System.arraycopy(first, 0, bytes, 0, first.length);
        System.arraycopy(body, 0, bytes, first.length, body.length);
        return new HttpRequest(method, bytes);
    }

    /** Returns whether the request may be sent twice (RFC 9110 §9.2.2). */
    boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Returns whether the response has no body (RFC 9110 §9.3.2). */
    boolean isHead() {
        return method.equals("HEAD");
    }
}
