package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A complete request, as handlers get it.
 *
 * @param target as it was sent, visible ASCII
 * @param path the segments of the target, decoded: {@code /products/Tux} has two; {@code /} has one, which is empty;
 *     {@code *} has none
 * @param query parameters by name, decoded
 * @param hasContent whether the request gives the length of its content, even if that is 0
 * @param body the content; empty if there is none
 * @param peer that sent it
 */
public record Request(
        String method,
        String target,
        List<String> path,
        Map<String, String> query,
        Fields fields,
        boolean hasContent,
        byte[] body,
        Peer peer) {

    public Request {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    /** Returns whether the request is for the server as a whole: {@code OPTIONS *}. */
    boolean isForServer() {
        return path.isEmpty();
    }

    /** The address of the client: that of the peer, unless the peer is a trusted proxy and says another one. */
    public InetAddress client() {
        return peer.client(fields);
    }

    /** Says why others on the network may have read the request; empty if they could not. */
    public Optional<String> exposure() {
        return peer.exposure(fields);
    }

    /** The content as text. Refuses malformed UTF-8 (RFC 3629) instead of replacing it. */
    public String text() throws HttpException {
        if (isAscii(body)) {
            return new String(body, US_ASCII);
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString(); // a new decoder reports errors
        } catch (CharacterCodingException e) {
            throw new HttpException(Status.BAD_REQUEST, "the body is not UTF-8");
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }
}
