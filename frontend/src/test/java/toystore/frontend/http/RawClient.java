package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import toystore.common.Address;

/**
 * A client that sends any bytes it is given, while it reads what comes back. Silence is an {@link
 * AssertionError}, but only after {@link TestServer#HANG}: a busy machine is not a fault.
 */
final class RawClient implements Closeable {
    private static final int PATIENCE = (int) TestServer.HANG.toMillis();

    private final Socket socket;
    private final RawResponseReader answers;
    private Thread sender = new Thread(() -> {});

    RawClient(Address server) throws IOException {
        this.socket = new Socket(server.host(), server.port());
        this.socket.setTcpNoDelay(true);
        this.socket.setSoTimeout(PATIENCE);
        this.answers = new RawResponseReader(new BufferedInputStream(socket.getInputStream()));
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Sends on a thread of its own. */
    void send(String text, Delivery delivery) {
        sendAside(text, delivery, false);
    }

    /** Sends on a thread of its own, and ends the sending side after that. */
    void sendAndEnd(String text, Delivery delivery) {
        sendAside(text, delivery, true);
    }

    private void sendAside(String text, Delivery delivery, boolean end) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        sender = new Thread(() -> {
            try {
                delivery.send(bytes, socket.getOutputStream());
                if (end) {
                    socket.shutdownOutput();
                }
            } catch (IOException refused) {
                // the server has closed, and what it said is what counts
            }
        });
        sender.start();
    }

    /** The next answer to a request that is not HEAD. */
    RawResponse read() throws IOException {
        return read("GET");
    }

    RawResponse read(String method) throws IOException {
        try {
            return answers.next(method.equals("HEAD"))
                    .orElseThrow(() -> new AssertionError("the server closed, and an answer was expected"));
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("the server said nothing for " + PATIENCE + " ms", silent);
        }
    }

    /**
     * All answers until the server closes.
     *
     * @param methods what they answer, interim ones left out; of those behind the last nothing is known
     */
    List<RawResponse> readAll(String... methods) throws IOException {
        List<RawResponse> all = new ArrayList<>();
        try {
            int finals = 0;
            while (true) {
                var next = answers.next(finals < methods.length && methods[finals].equals("HEAD"));
                if (next.isEmpty()) {
                    return all;
                }
                all.add(next.get());
                finals += next.get().isInterim() ? 0 : 1;
            }
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("the server said nothing for " + PATIENCE + " ms, after " + all, silent);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            sender.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
