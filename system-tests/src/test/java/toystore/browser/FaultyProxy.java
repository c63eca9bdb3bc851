package toystore.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toystore.common.Address;
import toystore.common.Threads;

/**
 * A proxy between a browser and a store that holds and loses answers when a test says so. Thread-safe.
 *
 * <p>Each connection of the browser has a thread. Each request has a connection of its own to the store, so a store that
 * was restarted gets the next request.
 */
final class FaultyProxy implements Closeable {
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\nContent-Length: *([0-9]+)\r\n");
    private static final String HEAD_END = "\r\n\r\n";

    /** What happens to the answers to some requests, or to all connections. */
    private enum Fault {
        NONE,
        HOLD,
        LOSE,
        REFUSE
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ThreadFactory threads = Threads.numbered("faulty-proxy");
    private final Address store;

    @GuardedBy("this")
    private Fault fault = Fault.NONE;

    /** The beginning of the requests whose answers are held or lost. */
    @GuardedBy("this")
    private String affected = "";

    @GuardedBy("this")
    private int held;

    @GuardedBy("this")
    private final List<String> requests = new ArrayList<>();

    @GuardedBy("this")
    private final Set<Socket> connections = new HashSet<>();

    FaultyProxy(Address store) throws IOException {
        this.store = store;
        threads.newThread(this::accept).start();
    }

    Address address() {
        return new Address("127.0.0.1", server.getLocalPort());
    }

    /** Passes requests that begin like this to the store, and holds the answers until the next call changes that. */
    void holdAnswers(String start) {
        set(Fault.HOLD, start);
    }

    /** Passes requests that begin like this to the store, and closes the connection in place of an answer. */
    void loseAnswers(String start) {
        set(Fault.LOSE, start);
    }

    /** Closes all connections, and each new one at once. */
    synchronized void refuseConnections() throws IOException {
        set(Fault.REFUSE, "");
        for (Socket connection : connections) {
            connection.close();
        }
    }

    /** Passes everything, also the answers that are held. */
    void heal() {
        set(Fault.NONE, "");
    }

    private synchronized void set(Fault next, String start) {
        fault = next;
        affected = start;
        notifyAll();
    }

    /** Returns how many answers are held at this moment. */
    synchronized int held() {
        return held;
    }

    /** Returns the heads of the requests so far that begin like this. */
    synchronized List<String> requests(String start) {
        return requests.stream().filter(head -> head.startsWith(start)).toList();
    }

    synchronized void forgetRequests() {
        requests.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket browser = server.accept();
                threads.newThread(() -> serve(browser)).start();
            }
        } catch (IOException closed) {
            // by the test
        }
    }

    private void serve(Socket browser) {
        try (browser) {
            if (!add(browser)) {
                return;
            }
            InputStream in = new BufferedInputStream(browser.getInputStream());
            while (true) {
                byte[] request = read(in);
                String head = new String(request, ISO_8859_1);
                synchronized (this) {
                    requests.add(head.substring(0, head.indexOf(HEAD_END)));
                }
                byte[] answer = askStore(request);
                if (!passes(head)) {
                    return;
                }
                browser.getOutputStream().write(answer);
            }
        } catch (IOException closed) {
            // by the browser, the store or the test; the browser sees that
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            remove(browser);
        }
    }

    private synchronized boolean add(Socket browser) {
        return fault != Fault.REFUSE && connections.add(browser);
    }

    private synchronized void remove(Socket browser) {
        connections.remove(browser);
    }

    /** Waits while the answer to a request is held; returns whether the browser gets it. */
    private synchronized boolean passes(String request) throws InterruptedException {
        if (request.startsWith(affected) && fault == Fault.HOLD) {
            held++;
            while (request.startsWith(affected) && fault == Fault.HOLD) {
                wait();
            }
            held--;
        }
        return fault == Fault.NONE || !request.startsWith(affected);
    }

    private byte[] askStore(byte[] request) throws IOException {
        try (Socket connection = new Socket(store.host(), store.port())) {
            connection.getOutputStream().write(request);
            return read(new BufferedInputStream(connection.getInputStream()));
        }
    }

    /** Reads a request or an answer, which has content if it has a Content-Length. */
    private static byte[] read(InputStream in) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        String head = "";
        while (!head.endsWith(HEAD_END)) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("closed after \"" + head + "\"");
            }
            message.write(next);
            head = next == '\n' ? message.toString(ISO_8859_1) : "";
        }
        Matcher length = CONTENT_LENGTH.matcher(head);
        if (length.find() && !head.startsWith("HTTP/1.1 304")) {
            message.writeBytes(in.readNBytes(Integer.parseInt(length.group(1))));
        }
        return message.toByteArray();
    }

    @Override
    public synchronized void close() throws IOException {
        server.close();
        refuseConnections();
    }
}
