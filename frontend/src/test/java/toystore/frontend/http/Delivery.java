package toystore.frontend.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** How the bytes of a request reach the server: where one write ends and the next begins must not matter to it. */
@FunctionalInterface
interface Delivery {
    Delivery WHOLE = (bytes, out) -> out.write(bytes);

    /** One write for each byte; of what is longer than 20,000 bytes, for each few bytes. */
    Delivery BYTE_BY_BYTE = (bytes, out) -> {
        int piece = 1 + bytes.length / 20_000;
        for (int start = 0; start < bytes.length; start += piece) {
            out.write(bytes, start, Math.min(piece, bytes.length - start));
        }
    };

    List<Delivery> WHOLE_AND_BYTE_BY_BYTE = List.of(WHOLE, BYTE_BY_BYTE);

    /** Cut before the bytes at these positions; those that lie outside count for nothing. */
    static Delivery cutAt(Collection<Integer> positions) {
        return (bytes, out) -> {
            int start = 0;
            for (int cut : new TreeSet<>(positions).subSet(1, Math.max(1, bytes.length))) {
                out.write(bytes, start, cut - start);
                start = cut;
            }
            out.write(bytes, start, bytes.length - start);
        };
    }

    void send(byte[] bytes, OutputStream out) throws IOException;
}
