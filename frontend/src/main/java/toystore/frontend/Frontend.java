package toystore.frontend;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.common.log.Phases;
import toystore.frontend.cache.CatalogWatch;
import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.Response;
import toystore.frontend.http.Router;
import toystore.frontend.http.session.CompletedExchange;
import toystore.frontend.http.session.HttpServer;
import toystore.frontend.site.Site;
import toystore.frontend.store.Backends;
import toystore.frontend.store.Store;
import toystore.service.Metrics;
import toystore.service.PeerFlags;
import toystore.wire.message.Role;
import toystore.wire.net.PeerTransport;

/** The frontend: the store's page and HTTP interface on top of the catalog and the orders service. */
final class Frontend implements Closeable {
    private static final Duration GRACE = Duration.ofSeconds(6); // longer than a request may wait for its backends

    private final PeerTransport peers;
    private final Backends backends;
    private final Optional<CatalogWatch> watch; // empty if the cache is off
    private final Optional<ServerCertificate> certificate; // empty for plain HTTP
    private final HttpServer server;

    private Frontend(FrontendConfig config, ResourceStack opened) throws IOException {
        Metrics metrics = new Metrics();
        FrontendMetrics frontendMetrics = new FrontendMetrics(metrics);
        RequestLog log = new RequestLog();
        CompletedExchange.Observer observer = new CompletedExchange.Observer() {
            @Override
            public void completed(CompletedExchange exchange) {
                log.completed(exchange);
                frontendMetrics.completed(exchange);
            }

            @Override
            public Phases phases(long start) {
                return log.phases(start);
            }
        };
        this.peers = opened.add(PeerFlags.open(config.peerTls(), Role.FRONTEND));
        this.backends = opened.add(new Backends(
                config.catalog(), config.orders(), config.sessions().connections(), peers, metrics::calls));
        ProductCache<Response> cache = Store.cache(config.maxCached());
        this.watch = config.maxCached() == 0
                ? Optional.empty()
                : Optional.of(opened.add(new CatalogWatch(config.catalog(), peers, cache)));
        Router router = new Router(Stream.concat(
                        Store.routes(backends, cache, config.adminToken(), metrics).stream(), Site.routes().stream())
                .toList());
        this.certificate = config.tls().isEmpty()
                ? Optional.empty()
                : Optional.of(opened.add(certificate(config.tls().get())));
        HttpServer.Options options = new HttpServer.Options(
                config.listen(),
                config.sessions().max(),
                config.sessions().kept(),
                config.sessions().factory(),
                config.queue(),
                config.deadlines(),
                GRACE,
                certificate.map(current -> current::context),
                config.limits());
        this.server = opened.add(new HttpServer(options, router, observer, Clock.systemUTC()));
        frontendMetrics.register(server, config.sessions().max());
        frontendMetrics.register(backends);
        frontendMetrics.register(cache);
        certificate.ifPresent(current -> frontendMetrics.register(server, current));
    }

    private static ServerCertificate certificate(FrontendConfig.TlsFiles files) throws IOException {
        return new ServerCertificate(files, ServerCertificate.CHECKED_EVERY, Clock.systemUTC());
    }

    /**
     * Starts a frontend. Its backends may be started later.
     *
     * @throws IOException if the address cannot be listened on, the session threads cannot be started, or the
     *     certificate cannot be used
     */
    static Frontend start(FrontendConfig config) throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            Frontend frontend = new Frontend(config, opened);
            frontend.watch.ifPresent(CatalogWatch::start);
            frontend.certificate.ifPresent(ServerCertificate::start);
            frontend.server.start();
            opened.release();
            return frontend;
        }
    }

    Address address() {
        return server.address();
    }

    /** Prepares the JVM for connections between services. */
    void warmUpConnections() throws IOException {
        peers.warmUp();
    }

    /** Whether a request is in progress. */
    boolean isBusy() {
        return server.busy() > 0;
    }

    @Override
    public void close() {
        try (peers;
                backends) {
            server.close();
            watch.ifPresent(CatalogWatch::close);
            certificate.ifPresent(ServerCertificate::close);
        }
    }
}
