package toystore.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import toystore.common.Address;
import toystore.common.Threads;

/**
 * A server with the threads and the sockets of the store's services, and nothing else: a {@link ServerSocket} and a pool
 * of threads, one thread for a connection from its first byte to its last, reads that block and have no timeout.
 */
final class CeilingServer implements Closeable {
    /** What is done on a connection. */
    interface Session {
        /** Returns when the peer has closed it. */
        void serve(InputStream in, OutputStream out) throws IOException;
    }

    private static final int BACKLOG = 1024;

    private final ServerSocket listener;
    private final ExecutorService pool;
    private final Session session;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private CeilingServer(ServerSocket listener, ExecutorService pool, Session session) {
        this.listener = listener;
        this.pool = pool;
        this.session = session;
    }

    /**
     * Serves from now on, on a free port of this machine alone.
     *
     * @param threads connections served at once; 0 for as many as come
     */
    static CeilingServer start(int threads, Session session) throws IOException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        ExecutorService pool = threads == 0
                ? Executors.newCachedThreadPool(Threads.numbered("ceiling"))
                : Executors.newFixedThreadPool(threads, Threads.numbered("ceiling"));
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
            // that is how it ends
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            session.serve(socket.getInputStream(), socket.getOutputStream());
        } catch (IOException gone) {
            // the peer is, and nobody waits for an answer
        } finally {
            open.remove(socket);
        }
    }
}
