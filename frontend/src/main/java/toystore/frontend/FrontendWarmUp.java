package toystore.frontend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.TrustManager;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.Deadlines;
import toystore.service.WarmUp;
import toystore.tls.Identity;
import toystore.tls.Tls;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.net.MessageServer;

/**
 * A copy of the frontend, with stand-ins for its backends, to warm up. Each round queries a product, orders it, and
 * reads the order.
 */
final class FrontendWarmUp implements WarmUp.Target {
    private static final int SESSIONS = 8; // more than clients: one that connects again is not in the way of others
    private static final int QUEUE = 1000;
    private static final BigDecimal PRICE = new BigDecimal("9.99");
    private static final String ORDER = "{\"name\":\"Toy\",\"quantity\":1}";
    private static final List<byte[]> REQUESTS = Stream.of(
                    "GET /products/Toy HTTP/1.1\r\nHost: store\r\n\r\n",
                    "POST /orders HTTP/1.1\r\nHost: store\r\nContent-Type: application/json\r\nContent-Length: "
                            + ORDER.length() + "\r\n\r\n" + ORDER,
                    "GET /orders/1 HTTP/1.1\r\nHost: store\r\n\r\n")
            .map(request -> request.getBytes(ISO_8859_1))
            .toList();

    private final MessageServer<CatalogRequest<?>> catalog;
    private final MessageServer<OrdersRequest<?>> orders;
    private final Frontend copy;
    private final Optional<TrustManager> trust; // empty for plain HTTP

    private FrontendWarmUp(
            MessageServer<CatalogRequest<?>> catalog,
            MessageServer<OrdersRequest<?>> orders,
            Frontend copy,
            Optional<TrustManager> trust) {
        this.catalog = catalog;
        this.orders = orders;
        this.copy = copy;
        this.trust = trust;
    }

    /**
     * Starts a copy.
     *
     * @param maxCached see {@link FrontendConfig}, like the next one
     */
    static FrontendWarmUp open(int maxCached, Optional<FrontendConfig.TlsFiles> tls) throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            MessageServer<CatalogRequest<?>> catalog =
                    opened.add(new MessageServer<>("catalog", WarmUp.LISTEN, CatalogRequest.class));
            catalog.start(FrontendWarmUp::answer);
            MessageServer<OrdersRequest<?>> orders =
                    opened.add(new MessageServer<>("orders", WarmUp.LISTEN, OrdersRequest.class));
            orders.start(new Orders()::answer);
            Frontend copy = opened.add(Frontend.start(new FrontendConfig(
                    WarmUp.LISTEN,
                    catalog.address(),
                    orders.address(),
                    SessionThreads.platform(SESSIONS),
                    QUEUE,
                    Deadlines.DEFAULT,
                    maxCached,
                    tls,
                    Optional.empty(),
                    Optional.empty(),
                    AddressLimits.none())));
            Optional<TrustManager> trust = tls.isEmpty() ? Optional.empty() : Optional.of(trust(tls.get()));
            opened.release();
            return new FrontendWarmUp(catalog, orders, copy, trust);
        }
    }

    /** Trusts the certificate of the copy, and no other. */
    private static TrustManager trust(FrontendConfig.TlsFiles files) throws IOException {
        return Tls.trusting(List.of(Identity.certificates(files.certificate()).get(0)))[0];
    }

    private static Reply answer(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Get get) {
            return new Product(get.name(), PRICE, 1_000_000, 1);
        }
        if (request instanceof CatalogRequest.Watch) {
            return new NoChanges();
        }
        throw new RefusedException(Refusal.notUnderstood(request.type()));
    }

    /** Says now and then that no product has changed. */
    private static final class NoChanges implements ReplyStream {
        private final CountDownLatch closed = new CountDownLatch(1);
        private long millis; // before the next reply; the first one is sent at once

        @Override
        public ProductUpdates next() throws InterruptedException {
            closed.await(millis, TimeUnit.MILLISECONDS);
            millis = 100;
            return new ProductUpdates(List.of());
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** Places every order, and forgets it. */
    private static final class Orders {
        private final AtomicLong placed = new AtomicLong();

        Reply answer(OrdersRequest<?> request) throws RefusedException {
            if (request instanceof OrdersRequest.Place place) {
                return new PlaceReply(order(placed.incrementAndGet(), place.name(), place.quantity()), 1);
            }
            if (request instanceof OrdersRequest.Get get) {
                return order(get.orderNumber(), "Toy", 1);
            }
            throw new RefusedException(Refusal.notUnderstood(request.type()));
        }

        private static Order order(long number, String name, int quantity) {
            return new Order(number, name, quantity, PRICE, Instant.now());
        }
    }

    @Override
    public WarmUp.Client connect() throws IOException {
        return new Shopper();
    }

    /** Sends requests over one connection; over TLS, over one after the other. */
    private final class Shopper implements WarmUp.Client {
        private static final String STATUS_OK = "HTTP/1.1 20"; // 200 or 201
        private static final int TIMEOUT_MILLIS = 2000;
        private static final String LENGTH = "content-length:";
        private static final int ROUNDS = 4; // over one TLS connection

        private Socket socket;
        private InputStream in;
        private int rounds; // over this connection

        Shopper() throws IOException {
            connect();
        }

        /** Connects. The TLS handshake, with the first request, is a whole one: no other one has the same context. */
        private void connect() throws IOException {
            SocketFactory factory = trust.isEmpty()
                    ? SocketFactory.getDefault()
                    : Tls.context(null, trust.get()).getSocketFactory();
            try (ResourceStack opened = new ResourceStack()) {
                Address address = copy.address();
                socket = opened.add(factory.createSocket(address.resolve().getAddress(), address.port()));
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                in = new BufferedInputStream(socket.getInputStream());
                rounds = 0;
                opened.release();
            }
        }

        @Override
        public void request() throws IOException {
            if (trust.isPresent() && rounds == ROUNDS) {
                socket.close();
                connect();
            }
            for (byte[] request : REQUESTS) {
                socket.getOutputStream().write(request);
                readResponse();
            }
            rounds++;
        }

        private void readResponse() throws IOException {
            String status = readLine();
            int length = 0;
            for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                    length = Integer.parseInt(line.substring(LENGTH.length()).strip());
                }
            }
            in.readNBytes(length);
            if (!status.startsWith(STATUS_OK)) {
                throw new IOException("a request got " + status);
            }
        }

        private String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("a request got no response");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        try (catalog;
                orders) {
            copy.close();
        }
    }
}
