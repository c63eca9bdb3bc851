package toystore.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The most that a frontend with blocking sockets could do: for each request one read and one write of an answer that is
 * there already. It knows where the requests of this bench end, and nothing else of HTTP. With a {@link Hop}, it asks
 * another process in between.
 */
final class FixedResponse implements CeilingServer.Session {
    private static final int LONGEST = 8192;

    private final byte[] toGet;
    private final byte[] toPost;
    private final Hop hop;

    /**
     * For any number of connections.
     *
     * @param toGet the answer to every {@code GET}, with its head
     * @param toPost the answer to everything else
     * @param hop null for none
     */
    FixedResponse(byte[] toGet, byte[] toPost, Hop hop) {
        this.toGet = toGet;
        this.toPost = toPost;
        this.hop = hop;
    }

    @Override
    public void serve(InputStream in, OutputStream out) throws IOException {
        byte[] request = new byte[LONGEST];
        while (readWhole(in, request)) {
            boolean get = request[0] == 'G';
            if (hop != null) {
                hop.exchange(get ? SampleMessage.QUERY : SampleMessage.ORDER);
            }
            out.write(get ? toGet : toPost);
        }
    }

    /** Reads a request, in one piece if it comes in one; false if there are no more. */
    private static boolean readWhole(InputStream in, byte[] request) throws IOException {
        int length = 0;
        do {
            int read = in.read(request, length, request.length - length);
            if (read <= 0) {
                return false;
            }
            length += read;
        } while (!isWhole(request, length));
        return true;
    }

    /** A {@code GET} ends with the empty line that ends its head, an order with the brace that ends its JSON. */
    private static boolean isWhole(byte[] request, int length) {
        return request[0] == 'G'
                ? length >= 4 && request[length - 1] == '\n' && request[length - 3] == '\n'
                : request[length - 1] == '}';
    }
}
