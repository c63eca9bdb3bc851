package toystore.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.wire.net.SocketServer;

/**
 * Shows a service's metrics over HTTP, at {@code /metrics}, to those who run it. It has a few threads of its own, so
 * that nobody who looks is in the way of a shopper.
 */
final class MetricsServer implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/metrics";
    private static final int THREADS = 4;
    private static final int BACKLOG = 16;

    static {
        // seconds that a request may take to come in, and its answer to be taken: the JDK's server waits for ever
        // unless it is told
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Metrics metrics;
    private boolean started;

    /**
     * Takes the address; {@link #start} serves.
     *
     * @throws IOException if the address cannot be listened on; the message says which and why
     */
    MetricsServer(String service, Address listen, Metrics metrics) throws IOException {
        try {
            server = HttpServer.create(listen.resolve(), BACKLOG);
        } catch (IOException e) {
            throw SocketServer.cannotListen(listen, e);
        }
        this.metrics = metrics;
        this.threads = Executors.newFixedThreadPool(THREADS, Threads.numbered(service + "-metrics"));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
    }

    /** Serves from now on. */
    void start() {
        started = true;
        server.start();
    }

    Address address() {
        return Address.of(server.getAddress());
    }

    @Override
    public void close() {
        if (!started) {
            start(); // else the JDK's server would keep the port
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(404, -1);
            } else if (exchange.getRequestMethod().equals("GET")) {
                byte[] text = metrics.text();
                exchange.getResponseHeaders().set("Content-Type", Metrics.CONTENT_TYPE);
                exchange.sendResponseHeaders(200, text.length);
                exchange.getResponseBody().write(text);
            } else {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
            }
        } catch (RuntimeException e) {
            log.error("the metrics cannot be told", e);
            throw e;
        }
    }
}
