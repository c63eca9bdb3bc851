package toystore.orders;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toystore.common.Address;
import toystore.common.cli.PortConverter;
import toystore.common.cli.ServiceAddressConverter;
import toystore.common.cli.Version;
import toystore.orders.audit.AuditCommand;
import toystore.service.AccessLogFlag;
import toystore.service.ServiceLifecycle;
import toystore.service.TraceCommand;

/** The command line of the orders service. */
@Command(
        name = "orders",
        description = "Takes orders, and keeps them in the order log.",
        mixinStandardHelpOptions = true,
        subcommands = {AuditCommand.class, TraceCommand.class},
        versionProvider = Version.class)
public final class OrdersMain implements Callable<Integer> {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "${env:TOYSTORE_HOST:-127.0.0.1}",
            description = "Address to listen on (TOYSTORE_HOST; now ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            defaultValue = "${env:TOYSTORE_ORDERS_PORT:-9002}",
            description = "Port to listen on, 0 for any free one (TOYSTORE_ORDERS_PORT; now ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            defaultValue = "${env:TOYSTORE_ORDERS_METRICS_PORT}",
            description =
                    "Port to show metrics on, as http://HOST:PORT/metrics for Prometheus, 0 for any free one; none:"
                            + " there are none (TOYSTORE_ORDERS_METRICS_PORT).")
    private Integer metricsPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "Folder of the order log (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--catalog",
            paramLabel = "HOST:PORT",
            converter = ServiceAddressConverter.class,
            defaultValue = "${env:TOYSTORE_CATALOG:-127.0.0.1:9001}",
            description = "Where the catalog is (TOYSTORE_CATALOG; now ${DEFAULT-VALUE}).")
    private Address catalog;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_KEYS:-1000000}",
            description = "Remember the idempotency keys of the last N orders (TOYSTORE_KEYS; now ${DEFAULT-VALUE}).")
    private int keys;

    @Mixin
    private AccessLogFlag accessLog;

    private final ServiceLifecycle lifetime;

    private OrdersMain(ServiceLifecycle lifetime) {
        this.lifetime = lifetime;
    }

    public static void main(String[] args) {
        ServiceLifecycle lifetime = ServiceLifecycle.begin("orders");
        lifetime.run(new OrdersMain(lifetime), args);
    }

    @Override
    public Integer call() throws Exception {
        accessLog.apply();
        Optional<Address> metrics = Optional.ofNullable(metricsPort).map(number -> new Address(host, number));
        OrdersConfig config = new OrdersConfig(new Address(host, port), data, catalog, keys, metrics);
        OrdersService service = OrdersService.start(config, Overrides.NONE, lifetime::fail);
        return lifetime.serve(service.address(), service);
    }
}
