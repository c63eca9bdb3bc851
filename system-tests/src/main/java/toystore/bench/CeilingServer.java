package toystore.bench;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import toystore.common.Address;
import toystore.common.Threads;

/**
 * A server with the threads and sockets of the store's services and no work: the ceiling of what the store can reach.
 *
 * <p>It has a {@link ServerSocket} and a pool of threads. One thread serves a connection from its first byte to its
 * last; reads block and have no timeout. As a process of its own, which the bench starts, it takes these arguments:
 *
 * <pre>
 *   fixed RESPONSE-TO-GET RESPONSE-TO-POST [HOST:PORT]    answers HTTP requests with these files, after a hop if given
 *   echo [HOST:PORT]                                      echoes lines, after a hop if given
 * </pre>
 */
final class CeilingServer implements Closeable {
    /** The session threads of the frontend by default. */
    private static final int SESSION_THREADS = 10;

    private static final int BACKLOG = 1024;

    /** Serves one connection. */
    interface Session {
        /** Returns when the peer has closed the connection. */
        void serve(InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final ExecutorService pool;
    private final Session session;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private CeilingServer(ServerSocket listener, ExecutorService pool, Session session) {
        this.listener = listener;
        this.pool = pool;
        this.session = session;
    }

    /** Prints the same line as a service when it is ready, and ends when its stdin does, that is with the bench. */
    public static void main(String[] args) throws IOException {
        CeilingServer server = switch (args[0]) {
            case "fixed" -> {
                byte[] toGet = Files.readAllBytes(Path.of(args[1]));
                byte[] toPost = Files.readAllBytes(Path.of(args[2]));
                yield start(SESSION_THREADS, new FixedResponse(toGet, toPost, hop(args, 3)));
            }
            case "echo" -> start(0, new Echo(hop(args, 1)));
            default -> throw new IllegalArgumentException("ceiling is " + args[0] + "; expected fixed or echo");
        };
        System.out.println("ready " + args[0] + " " + server.address());
        while (System.in.read() >= 0) {
            // nothing is written to it
        }
        System.exit(0);
    }

    private static Hop hop(String[] args, int index) {
        return index < args.length ? new Hop(Address.parse(args[index], 0)) : null;
    }

    /**
     * Starts a server on a free port of the loopback interface.
     *
     * @param threads the number of connections that are served at once; 0 for no limit
     */
    static CeilingServer start(int threads, Session session) throws IOException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        ExecutorService pool = threads == 0
                ? Executors.newCachedThreadPool(Threads.numbered("ceiling-session"))
                : Executors.newFixedThreadPool(threads, Threads.numbered("ceiling-session"));
        CeilingServer server = new CeilingServer(listener, pool, session);
        Threads.named("ceiling-acceptor", server::accept).start();
        return server;
    }

    Address address() {
        return Address.of((InetSocketAddress) listener.getLocalSocketAddress());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        pool.shutdown();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                pool.execute(() -> serve(socket));
            }
        } catch (IOException | RejectedExecutionException closed) {
            // the server is closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            session.serve(socket.getInputStream(), socket.getOutputStream());
        } catch (IOException gone) {
            // the peer is gone and waits for no response
        } finally {
            open.remove(socket);
        }
    }

    /**
     * The ceiling of a frontend: one read and one write of a constant response for each request.
     *
     * <p>It recognizes where the requests of this bench end, and nothing else of HTTP.
     */
    static final class FixedResponse implements Session {
        private static final int MAX_REQUEST = 8192;

        private final byte[] toGet;
        private final byte[] toPost;
        private final Hop hop;

        /**
         * For any number of connections.
         *
         * @param toGet the response to a {@code GET}, with its head
         * @param toPost the response to any other request
         * @param hop where a message goes before the response; null for none
         */
        FixedResponse(byte[] toGet, byte[] toPost, Hop hop) {
            this.toGet = toGet;
            this.toPost = toPost;
            this.hop = hop;
        }

        @Override
        public void serve(InputStream in, OutputStream out) throws IOException {
            byte[] request = new byte[MAX_REQUEST];
            while (readRequest(in, request)) {
                boolean get = request[0] == 'G';
                if (hop != null) {
                    hop.exchange(get ? Hop.QUERY : Hop.ORDER);
                }
                out.write(get ? toGet : toPost);
            }
        }

        /** Reads a request with as few reads as possible; returns false at the end of the connection. */
        private static boolean readRequest(InputStream in, byte[] request) throws IOException {
            int length = 0;
            do {
                int read = in.read(request, length, request.length - length);
                if (read <= 0) {
                    return false;
                }
                length += read;
            } while (!isComplete(request, length));
            return true;
        }

        /** A {@code GET} ends with the empty line after its head, an order with the closing brace of its JSON. */
        private static boolean isComplete(byte[] request, int length) {
            return request[0] == 'G'
                    ? length >= 4 && request[length - 1] == '\n' && request[length - 3] == '\n'
                    : request[length - 1] == '}';
        }
    }

    /** The ceiling of catalog and orders: sends each line back, after a hop if there is one. */
    static final class Echo implements Session {
        private final Hop hop;

        /** @param hop null for none */
        Echo(Hop hop) {
            this.hop = hop;
        }

        @Override
        public void serve(InputStream in, OutputStream out) throws IOException {
            byte[] line = new byte[Hop.MAX_LINE];
            for (int length = Hop.readLine(in, line); length > 0; length = Hop.readLine(in, line)) {
                if (hop != null) {
                    hop.exchange(Arrays.copyOf(line, length));
                }
                out.write(line, 0, length);
            }
        }
    }

    /**
     * Exchanges lines with an {@link Echo} in another process over connections that stay open. Thread-safe.
     *
     * <p>It connects without a timeout: JDK 17 polls a socket before each read once it has waited with a timeout.
     */
    static final class Hop implements Closeable {
        /** A line as long as the messages of a query: {@code {"type":"get","name":"Tux","trace":…}} and its reply. */
        static final byte[] QUERY = line(64);
        /** A line as long as the messages of an order: {@code {"type":"place","name":"Tux","quantity":1,"key":…}}. */
        static final byte[] ORDER = line(128);

        private static final int MAX_LINE = 1024;

        private final Address address;
        private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

        /** For one thread at a time. */
        private record Connection(Socket socket, InputStream in, OutputStream out, byte[] reply) {}

        Hop(Address address) {
            this.address = address;
        }

        /** Sends a line and waits for its echo. */
        void exchange(byte[] line) throws IOException {
            Connection connection = idle.poll();
            if (connection == null) {
                connection = connect();
            }
            connection.out().write(line);
            if (readLine(connection.in(), connection.reply()) != line.length) {
                connection.socket().close();
                throw new EOFException(address + " did not echo a line of " + line.length + " bytes");
            }
            idle.push(connection);
        }

        /** Closes the idle connections. */
        @Override
        public void close() throws IOException {
            for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
                connection.socket().close();
            }
        }

        private Connection connect() throws IOException {
            Socket socket = new Socket(InetAddress.getByName(address.host()), address.port());
            socket.setTcpNoDelay(true);
            return new Connection(socket, socket.getInputStream(), socket.getOutputStream(), new byte[MAX_LINE]);
        }

        /** Reads a line with as few reads as possible; returns its length, or -1 at the end of the connection. */
        private static int readLine(InputStream in, byte[] line) throws IOException {
            int length = 0;
            do {
                int read = in.read(line, length, line.length - length);
                if (read <= 0) {
                    return -1;
                }
                length += read;
            } while (line[length - 1] != '\n');
            return length;
        }

        private static byte[] line(int length) {
            byte[] line = new byte[length];
            Arrays.fill(line, (byte) 'x');
            line[length - 1] = '\n';
            return line;
        }
    }
}
