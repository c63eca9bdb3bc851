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
 * A client that sends any bytes, and reads responses meanwhile. A server that sends nothing for {@link
 * TestServer#HANG} is an {@link AssertionError}.
 */
public final class RawClient implements Closeable {
    private static final int TIMEOUT = (int) TestServer.HANG.toMillis();

    private final Socket socket;
    private final RawResponseReader responses;
    private Thread sender = new Thread(() -> {});

    /** A client over plain HTTP. */
    public RawClient(Address server) throws IOException {
        this(server, TestTransport.PLAIN);
    }

    /** A client that has finished its TLS handshake, if it has any. */
    public RawClient(Address server, TestTransport transport) throws IOException {
        this.socket = transport.connect(server);
        TestTransport.finishHandshake(socket);
        this.socket.setSoTimeout(TIMEOUT);
        this.responses = new RawResponseReader(new BufferedInputStream(socket.getInputStream()));
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Sends on another thread. */
    void send(String text, Delivery delivery) {
        sendOnThread(text, delivery, false);
    }

    /** Sends on another thread, and then closes its side. */
    void sendAndEnd(String text, Delivery delivery) {
        sendOnThread(text, delivery, true);
    }

    private void sendOnThread(String text, Delivery delivery, boolean end) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        sender = new Thread(() -> {
            try {
                delivery.send(bytes, socket.getOutputStream());
                if (end) {
                    socket.shutdownOutput();
                }
            } catch (IOException refused) {
                // the server has closed; only its response counts
            }
        });
        sender.start();
    }

    /** The next response, to a request that is not HEAD. */
    public RawResponse read() throws IOException {
        return read("GET");
    }

    public RawResponse read(String method) throws IOException {
        try {
            return responses
                    .next(method.equals("HEAD"))
                    .orElseThrow(() -> new AssertionError("the server has closed the connection; expected a response"));
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("the server has sent nothing for " + TIMEOUT + " ms", silent);
        }
    }

    /**
     * All responses until the server closes.
     *
     * @param methods of the requests, in their order; requests after these are not HEAD
     */
    public List<RawResponse> readAll(String... methods) throws IOException {
        List<RawResponse> all = new ArrayList<>();
        try {
            int finals = 0;
            while (true) {
                var next = responses.next(finals < methods.length && methods[finals].equals("HEAD"));
                if (next.isEmpty()) {
                    return all;
                }
                all.add(next.get());
                finals += next.get().isInterim() ? 0 : 1;
            }
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("the server has sent nothing for " + TIMEOUT + " ms, after " + all, silent);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            sender.join(TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
