package toystore.orders;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toystore.common.Address;
import toystore.common.cli.PortConverter;
import toystore.common.cli.ServiceAddressConverter;
import toystore.common.cli.Version;
import toystore.orders.audit.AuditCommand;
import toystore.service.PeerFlags;
import toystore.service.ServiceFlags;
import toystore.service.ServiceLifecycle;
import toystore.service.TraceCommand;
import toystore.sql.DatabaseFlags;

/** The command line of the orders service. */
@Command(
        name = "orders",
        description = "Places orders, and keeps them in the order log or in a database.",
        mixinStandardHelpOptions = true,
        subcommands = {AuditCommand.class, TraceCommand.class},
        versionProvider = Version.class)
public final class OrdersMain implements Callable<Integer> {
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
                    "Port for metrics, as http://HOST:PORT/metrics for Prometheus, 0 for any free one. Without it,"
                            + " there are no metrics (TOYSTORE_ORDERS_METRICS_PORT).")
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
            description = "Address of the catalog (TOYSTORE_CATALOG; now ${DEFAULT-VALUE}).")
    private Address catalog;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_KEYS:-1000000}",
            description = "Remember the idempotency keys of the last N orders (TOYSTORE_KEYS; now ${DEFAULT-VALUE}).")
    private int keys;

    @Mixin
    private ServiceFlags flags;

    @Mixin
    private PeerFlags peers;

    @Mixin
    private DatabaseFlags database;

    private final ServiceLifecycle lifecycle;

    private OrdersMain(ServiceLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    public static void main(String[] args) {
        ServiceLifecycle.run("orders", OrdersMain::new, args);
    }

    @Override
    public Integer call() throws Exception {
        flags.applyAccessLog();
        Address listen = flags.listen(port);
        OrdersConfig config = new OrdersConfig(
                listen,
                data,
                catalog,
                keys,
                flags.metrics(metricsPort),
                peers.folder(Map.of("--host", listen, "--catalog", catalog)),
                database.url());
        OrdersService service = OrdersService.start(config, Overrides.NONE, lifecycle::fail);
        if (flags.warmsUp()) {
            lifecycle.warmUp(
                    service,
                    folder -> {
                        service.warmUpConnections();
                        return OrdersWarmUp.open(folder);
                    },
                    service::isBusy);
        }
        return lifecycle.serve(service.address(), service);
    }
}
