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
    Delivery BYTE_BY_BYTE = inPieces(20_000);

    /** The same above 2,000 bytes: each write over TLS is a record, which both sides encrypt or decrypt. */
    Delivery BYTE_BY_BYTE_OVER_TLS = inPieces(2_000);

    private static Delivery inPieces(int most) {
        return (bytes, out) -> {
            int piece = 1 + bytes.length / most;
            for (int start = 0; start < bytes.length; start += piece) {
                out.write(bytes, start, Math.min(piece, bytes.length - start));
            }
        };
    }

    /** One write per byte, if there are not too many. */
    static Delivery byteByByte(TestTransport transport) {
        return transport.isTls() ? BYTE_BY_BYTE_OVER_TLS : BYTE_BY_BYTE;
    }

    static List<Delivery> wholeAndByteByByte(TestTransport transport) {
        return List.of(WHOLE, byteByByte(transport));
    }

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
