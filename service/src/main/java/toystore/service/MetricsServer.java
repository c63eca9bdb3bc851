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
 * Serves the metrics of a service over HTTP, at {@code /metrics}, on threads of its own, which shoppers do not need.
 */
final class MetricsServer implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/metrics";
    private static final int THREADS = 4;
    private static final int BACKLOG = 16;

    static {
        // seconds to receive a request and to send a response: by default the server of the JDK waits forever
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Metrics metrics;
    private boolean started;

    /**
     * Binds the address; {@link #start} serves.
     *
     * @throws IOException if the address cannot be bound; the message says which and why
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

    /** Starts to serve. */
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
            start(); // a server that was never started would keep the port
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
            log.error("the metrics could not be collected", e);
            throw e;
        }
    }
}
