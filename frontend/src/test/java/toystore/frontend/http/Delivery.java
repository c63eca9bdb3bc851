package toystore.frontend.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Divides the bytes of a request into writes. The division must not matter to the server. */
@FunctionalInterface
interface Delivery {
    Delivery WHOLE = (bytes, out) -> out.write(bytes);

    /** One write per byte; above 20,000 bytes, one per few bytes. */
    Delivery BYTE_BY_BYTE = (bytes, out) -> {
        int piece = 1 + bytes.length / 20_000;
        for (int start = 0; start < bytes.length; start += piece) {
            out.write(bytes, start, Math.min(piece, bytes.length - start));
        }
    };

    List<Delivery> WHOLE_AND_BYTE_BY_BYTE = List.of(WHOLE, BYTE_BY_BYTE);

    /** Divides before the bytes at these positions. Positions outside the request are ignored. */
    static Delivery dividedAt(Collection<Integer> positions) {
        return (bytes, out) -> {
            int start = 0;
            for (int next : new TreeSet<>(positions).subSet(1, Math.max(1, bytes.length))) {
                out.write(bytes, start, next - start);
                start = next;
            }
            out.write(bytes, start, bytes.length - start);
        };
    }

    void send(byte[] bytes, OutputStream out) throws IOException;
}
