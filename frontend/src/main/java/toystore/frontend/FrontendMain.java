package toystore.frontend;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toystore.common.Address;
import toystore.common.cli.PortConverter;
import toystore.common.cli.ServiceAddressConverter;
import toystore.common.cli.Switch;
import toystore.common.cli.Version;
import toystore.service.PeerFlags;
import toystore.service.ServiceFlags;
import toystore.service.ServiceLifecycle;

/** The command line of the frontend. */
@Command(
        name = "frontend",
        description = "Serves shoppers over HTTP.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class FrontendMain implements Callable<Integer> {
    private static final int MAX_CACHED = 10_000;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            defaultValue = "${env:TOYSTORE_PORT:-8080}",
            description = "Port to listen on, 0 for any free one (TOYSTORE_PORT; now ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--catalog",
            paramLabel = "HOST:PORT",
            converter = ServiceAddressConverter.class,
            defaultValue = "${env:TOYSTORE_CATALOG:-127.0.0.1:9001}",
            description = "Address of the catalog (TOYSTORE_CATALOG; now ${DEFAULT-VALUE}).")
    private Address catalog;

    @Option(
            names = "--orders",
            paramLabel = "HOST:PORT",
            converter = ServiceAddressConverter.class,
            defaultValue = "${env:TOYSTORE_ORDERS:-127.0.0.1:9002}",
            description = "Address of the orders service (TOYSTORE_ORDERS; now ${DEFAULT-VALUE}).")
    private Address orders;

    @Option(
            names = "--session-threads",
            paramLabel = "N",
            converter = SessionThreads.Converter.class,
            defaultValue = "${env:TOYSTORE_SESSION_THREADS:-10}",
            description =
                    "Client connections served at once, 1 to 200; or virtual, for up to 10000, on a JVM of version 21"
                            + " or newer (TOYSTORE_SESSION_THREADS; now ${DEFAULT-VALUE}).")
    private SessionThreads sessionThreads;

    @Option(
            names = "--queue",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_QUEUE:-1000}",
            description = "Client connections that may wait for a thread; more get 503 (TOYSTORE_QUEUE; now"
                    + " ${DEFAULT-VALUE}).")
    private int queue;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            defaultValue = "${env:TOYSTORE_TLS_CERT:-}",
            description = "PEM file with the certificate for HTTPS, followed by those of its issuers. Without it, the"
                    + " port speaks plain HTTP (TOYSTORE_TLS_CERT).")
    private String tlsCertificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            defaultValue = "${env:TOYSTORE_TLS_KEY:-}",
            description = "PEM file with the private key of the certificate (TOYSTORE_TLS_KEY).")
    private String tlsKey;

    @Option(
            names = "--cache",
            paramLabel = "on|off",
            converter = Switch.Flag.class,
            defaultValue = "${env:TOYSTORE_CACHE:-on}",
            description =
                    "Answer queries for up to " + MAX_CACHED + " products from memory while the catalog sends every"
                            + " change (TOYSTORE_CACHE; now ${DEFAULT-VALUE}).")
    private Switch cache;

    @Mixin
    private AdminTokenFlags adminToken;

    @Mixin
    private AddressFlags addresses;

    @Mixin
    private DeadlineFlags deadlines;

    @Mixin
    private ServiceFlags flags;

    @Mixin
    private PeerFlags peers;

    private final ServiceLifecycle lifecycle;

    private FrontendMain(ServiceLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    public static void main(String[] args) {
        ServiceLifecycle.run("frontend", FrontendMain::new, args);
    }

    @Override
    public Integer call() throws Exception {
        flags.applyAccessLog();
        FrontendConfig config = new FrontendConfig(
                flags.listen(port),
                catalog,
                orders,
                sessionThreads,
                queue,
                deadlines.deadlines(),
                cache == Switch.ON ? MAX_CACHED : 0,
                FrontendConfig.TlsFiles.of(tlsCertificate, tlsKey),
                peers.folder(Map.of("--catalog", catalog, "--orders", orders)),
                adminToken.token(),
                addresses.limits(queue));
        Frontend frontend = Frontend.start(config);
        if (flags.warmsUp()) {
            lifecycle.warmUp(
                    frontend,
                    folder -> {
                        frontend.warmUpConnections();
                        return FrontendWarmUp.open(config.maxCached(), config.tls());
                    },
                    frontend::isBusy);
        }
        return lifecycle.serve(frontend.address(), frontend);
    }
}
