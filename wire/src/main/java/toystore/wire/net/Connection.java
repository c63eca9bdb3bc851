package toystore.wire.net;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;

/** One connection to a service, for one caller at a time. */
final class Connection implements Closeable {
    private final Socket socket = new Socket();
    private final LineReader replies;
    private long restingSince;

    Connection(Address address, Duration connectTimeout) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address.resolve(), (int) connectTimeout.toMillis());
            replies = new LineReader(socket.getInputStream(), MessageCodec.MAX_LINE);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a line and waits for the one that answers it. */
    byte[] exchange(byte[] line, Duration replyTimeout) throws IOException, MalformedMessageException {
        socket.setSoTimeout((int) replyTimeout.toMillis());
        socket.getOutputStream().write(line);
        byte[] reply = replies.next();
        if (reply == null) {
            throw new EOFException("the connection was closed before a reply");
        }
        return reply;
    }

    void rest() {
        restingSince = System.nanoTime();
    }

    /**
     * Whether the peer has not closed it meanwhile. The look costs a millisecond, so it is taken only after a rest
     * that is long enough for the service to have been started anew.
     */
    boolean usableAfter(Duration rest) {
        if (System.nanoTime() - restingSince < rest.toNanos()) {
            return true;
        }
        try {
            socket.setSoTimeout(1);
            replies.next();
            return false; // closed, or a line that nobody asked for
        } catch (SocketTimeoutException silent) {
            return true;
        } catch (IOException | MalformedMessageException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
