package toystore.lab.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;
import toystore.lab.room.RoomBackend.TraceView;
import toystore.lab.room.RoomPage.PageFile;
import toystore.lab.room.ServiceControl.ConflictException;

/**
 * Serves the page of a control room on 127.0.0.1. Thread-safe.
 *
 * <pre>
 *   GET /, /assets/…        the page and its files
 *   GET /api/state?since=N  what is new, at most 8 KB
 *   GET /api/recording      everything
 *   GET /api/trace?id=ID    the spans of a request
 *   POST /api/action        an action; only if the room has any
 * </pre>
 *
 * A request is refused, in this order,
 *
 * <pre>
 *   421  if Host is not this server: a page of another site cannot reach it by a name that leads to 127.0.0.1
 *   403  if another site sent it: Sec-Fetch-Site or Origin says so
 *   401  if it is an action without the token, which only the link that this program prints has
 *   415  if it is an action that is not JSON, which is all that a form of another site can send
 *   413  if its content has more than 4 KB
 *   400  if it is not understood
 *   409  if the action is not possible now
 * </pre>
 */
final class RoomServer implements Closeable {
    static final int MAX_STATE = 8 * 1024;

    private static final Logger log = LoggerFactory.getLogger(RoomServer.class);
    private static final int MAX_CONTENT = 4 * 1024;
    private static final int MAX_ID = 200;
    private static final int THREADS = 8;
    private static final int TOKEN_BYTES = 16;
    private static final String ACTION = "/api/action";
    private static final Map<String, String> OF_ALL = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");
    /** The page loads and calls nothing but this server, is shown in no frame, and never parses text as HTML. */
    private static final Map<String, String> OF_THE_PAGE = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
                    + " form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin");

    private final RoomBackend room;
    private final RoomPage page = new RoomPage();
    private final String token;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Threads.numbered("lab-http"));

    /** A request that is refused. */
    private static final class RefusedRequestException extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        RefusedRequestException(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private record ErrorMessage(String message) {}

    private record ErrorContent(ErrorMessage error) {}

    /**
     * Binds a port.
     *
     * @param port 0 for any free one
     */
    RoomServer(RoomBackend room, int port) throws IOException {
        this.room = room;
        this.token = newToken();
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (BindException e) {
            throw new IOException("--port is " + port + ", but it is taken by another process; expected a free one", e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    void start() {
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    int port() {
        return address().getPort();
    }

    /** Returns the link to the page, with the token if the page has buttons. Browsers do not send the fragment. */
    String link() {
        return "http://127.0.0.1:" + port() + "/" + (room.hasActions() ? "#token=" + token : "");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            OF_ALL.forEach(exchange.getResponseHeaders()::set);
            try {
                route(exchange);
            } catch (RefusedRequestException e) {
                sendError(exchange, e.status, e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                log.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                sendError(exchange, 500, "internal error");
            }
        }
    }

    private void route(HttpExchange exchange) throws RefusedRequestException, IOException, InterruptedException {
        String host = requireHost(exchange.getRequestHeaders());
        String path = exchange.getRequestURI().getPath();
        Optional<PageFile> file = page.file(path);
        if (file.isPresent()) {
            requireMethod(exchange, "GET", "HEAD");
            OF_THE_PAGE.forEach(exchange.getResponseHeaders()::set);
            send(exchange, 200, file.get().contentType(), file.get().bytes());
            return;
        }
        switch (path) {
            case "/api/state" -> {
                requireRead(exchange, host);
                sendJson(exchange, 200, room.state(since(exchange), MAX_STATE));
            }
            case "/api/recording" -> {
                requireRead(exchange, host);
                sendJson(exchange, 200, room.recording());
            }
            case "/api/trace" -> {
                requireRead(exchange, host);
                sendJson(exchange, 200, trace(exchange));
            }
            case ACTION -> act(exchange, host);
            default -> throw new RefusedRequestException(404, "there is no " + path);
        }
    }

    private String requireHost(Headers fields) throws RefusedRequestException {
        List<String> hosts = fields.getOrDefault("Host", List.of());
        String host = hosts.size() == 1 ? hosts.get(0).toLowerCase(Locale.ROOT) : "";
        int port = port();
        if (!List.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port).contains(host)) {
            throw new RefusedRequestException(421, "Host is " + hosts + "; expected 127.0.0.1:" + port);
        }
        return host;
    }

    private static void requireMethod(HttpExchange exchange, String... allowed) throws RefusedRequestException {
        if (!List.of(allowed).contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", String.join(", ", allowed));
            throw new RefusedRequestException(405, "the method is not allowed here");
        }
    }

    /** Sec-Fetch-Site is none if a person has entered the address. */
    private static void requireRead(HttpExchange exchange, String host) throws RefusedRequestException {
        requireMethod(exchange, "GET", "HEAD");
        requireSameOrigin(exchange.getRequestHeaders(), host, List.of("same-origin", "none"));
    }

    private static void requireSameOrigin(Headers fields, String host, List<String> sites)
            throws RefusedRequestException {
        for (String site : fields.getOrDefault("Sec-Fetch-Site", List.of())) {
            if (!sites.contains(site)) {
                throw new RefusedRequestException(403, "Sec-Fetch-Site is " + site + "; expected same-origin");
            }
        }
        for (String origin : fields.getOrDefault("Origin", List.of())) {
            if (!origin.toLowerCase(Locale.ROOT).equals("http://" + host)) {
                throw new RefusedRequestException(403, "Origin is " + origin + "; expected http://" + host);
            }
        }
    }

    private void act(HttpExchange exchange, String host)
            throws RefusedRequestException, IOException, InterruptedException {
        if (!room.hasActions()) {
            throw new RefusedRequestException(404, "this page only shows a store; ./toystore lab has actions");
        }
        requireMethod(exchange, "POST");
        Headers fields = exchange.getRequestHeaders();
        requireSameOrigin(fields, host, List.of("same-origin"));
        requireToken(exchange);
        String type = String.valueOf(fields.getFirst("Content-Type"));
        if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new RefusedRequestException(415, "Content-Type is " + type + "; expected application/json");
        }
        byte[] content = exchange.getRequestBody().readNBytes(MAX_CONTENT + 1);
        if (content.length > MAX_CONTENT) {
            throw new RefusedRequestException(413, "the content has more than " + MAX_CONTENT + " bytes");
        }
        try {
            room.act(RoomJson.action(content));
        } catch (IllegalArgumentException e) {
            throw new RefusedRequestException(400, e.getMessage());
        } catch (ConflictException e) {
            throw new RefusedRequestException(409, e.getMessage());
        } catch (IOException e) {
            throw new RefusedRequestException(500, e.getMessage());
        }
        send(exchange, 202, "application/json", "{}".getBytes(UTF_8));
    }

    private void requireToken(HttpExchange exchange) throws RefusedRequestException {
        String credentials = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!MessageDigest.isEqual(credentials.getBytes(UTF_8), ("Bearer " + token).getBytes(UTF_8))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            throw new RefusedRequestException(401, "actions need the token of the link that ./toystore lab printed");
        }
    }

    private static long since(HttpExchange exchange) throws RefusedRequestException {
        String since = parameter(exchange, "since").orElse("0");
        if (!since.matches("[0-9]{1,15}")) {
            throw new RefusedRequestException(400, "since is " + since + "; expected the next of the last reply");
        }
        return Long.parseLong(since);
    }

    private TraceView trace(HttpExchange exchange) throws RefusedRequestException, IOException {
        String id = parameter(exchange, "id").orElse("");
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new RefusedRequestException(400, "id is missing or longer than " + MAX_ID + " characters");
        }
        try {
            return room.trace(id).orElseThrow(() -> new RefusedRequestException(404, "no log has the id " + id));
        } catch (IllegalArgumentException e) {
            throw new RefusedRequestException(400, e.getMessage());
        }
    }

    private static Optional<String> parameter(HttpExchange exchange, String name) throws RefusedRequestException {
        String query = exchange.getRequestURI().getRawQuery();
        try {
            for (String pair : (query == null ? "" : query).split("&", -1)) {
                if (pair.startsWith(name + "=")) {
                    return Optional.of(URLDecoder.decode(pair.substring(name.length() + 1), UTF_8));
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new RefusedRequestException(400, name + " is not percent-encoded");
        }
    }

    private static void sendError(HttpExchange exchange, int status, String message) throws IOException {
        sendJson(exchange, status, new ErrorContent(new ErrorMessage(message)));
    }

    private static void sendJson(HttpExchange exchange, int status, Object content) throws IOException {
        send(exchange, status, "application/json", RoomJson.bytes(content));
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, content.length);
        exchange.getResponseBody().write(content);
    }
}
