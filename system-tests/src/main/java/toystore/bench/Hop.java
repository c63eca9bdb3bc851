package toystore.bench;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import toystore.common.Address;

/**
 * The way to an {@link Echo} in another process, over connections that are kept open. They are connected without a
 * timeout: a socket that has ever waited with one is polled before each read (JDK 17). Thread-safe.
 */
final class Hop implements Closeable {
    private final Address address;
    private final Deque<Line> resting = new ConcurrentLinkedDeque<>();

    /** A connection, for one thread at a time. */
    private record Line(Socket socket, InputStream in, OutputStream out, byte[] reply) {}

    Hop(Address address) {
        this.address = address;
    }

    /** Sends a message and waits for its echo. */
    void exchange(byte[] message) throws IOException {
        Line line = resting.poll();
        if (line == null) {
            line = connect();
        }
        line.out().write(message);
        if (SampleMessage.read(line.in(), line.reply()) != message.length) {
            line.socket().close();
            throw new EOFException(address + " did not echo a message of " + message.length + " bytes");
        }
        resting.push(line);
    }

    /** Closes the connections that rest. */
    @Override
    public void close() throws IOException {
        for (Line line = resting.poll(); line != null; line = resting.poll()) {
            line.socket().close();
        }
    }

    private Line connect() throws IOException {
        Socket socket = new Socket(InetAddress.getByName(address.host()), address.port());
        socket.setTcpNoDelay(true);
        return new Line(socket, socket.getInputStream(), socket.getOutputStream(), new byte[SampleMessage.LONGEST]);
    }
}
