package toystore.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.common.cli.PortConverter;
import toystore.common.cli.Version;
import toystore.durable.Storage;
import toystore.service.PeerFlags;
import toystore.service.ServiceFlags;
import toystore.service.ServiceLifecycle;
import toystore.sql.DatabaseFlags;

/** The command line of the catalog. */
@Command(
        name = "catalog",
        description = "Keeps the products, their prices and their stock.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class CatalogMain implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            defaultValue = "${env:TOYSTORE_CATALOG_PORT:-9001}",
            description = "Port to listen on, 0 for any free one (TOYSTORE_CATALOG_PORT; now ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            defaultValue = "${env:TOYSTORE_CATALOG_METRICS_PORT}",
            description = "Port of http://HOST:PORT/metrics for Prometheus, 0 for any free one; without it there are "
                    + "no metrics"
                    + " (TOYSTORE_CATALOG_METRICS_PORT).")
    private Integer metricsPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "Folder of catalog.json (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--price-digits",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_PRICE_DIGITS:-2}",
            description = "Digits that a new price may have after the point, 0 to 4; existing prices stay as they are"
                    + " (TOYSTORE_PRICE_DIGITS; now ${DEFAULT-VALUE}).")
    private int priceDigits;

    @Option(
            names = "--checkpoint-orders",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_CHECKPOINT_ORDERS:-10000}",
            description =
                    "Write catalog.json after N orders or changes (TOYSTORE_CHECKPOINT_ORDERS; now ${DEFAULT-VALUE}).")
    private int checkpointOrders;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_CHECKPOINT_EVERY:-10s}",
            description = "Write catalog.json after this time, if anything has changed"
                    + " (TOYSTORE_CHECKPOINT_EVERY; now ${DEFAULT-VALUE}).")
    private Duration checkpointEvery;

    @Option(
            names = "--restock-every",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_RESTOCK_EVERY:-0s}",
            description = "Restock sold-out products at this interval; 0s: never (TOYSTORE_RESTOCK_EVERY; now "
                    + "${DEFAULT-VALUE}).")
    private Duration restockEvery;

    @Option(
            names = "--restock-to",
            paramLabel = "UNITS",
            defaultValue = "${env:TOYSTORE_RESTOCK_TO:-100}",
            description = "Units that a restocked product has (TOYSTORE_RESTOCK_TO; now ${DEFAULT-VALUE}).")
    private int restockTo;

    @Mixin
    private ServiceFlags flags;

    @Mixin
    private PeerFlags peers;

    @Mixin
    private DatabaseFlags database;

    private final ServiceLifecycle lifecycle;

    private CatalogMain(ServiceLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    public static void main(String[] args) {
        ServiceLifecycle.run("catalog", CatalogMain::new, args);
    }

    @Override
    public Integer call() throws Exception {
        flags.applyAccessLog();
        Restocker.Policy restocks = new Restocker.Policy(restockEvery, restockTo);
        CatalogConfig config = new CatalogConfig(
                flags.listen(port),
                data,
                priceDigits,
                new Checkpointer.Schedule(checkpointOrders, checkpointEvery),
                restockEvery.isZero() ? Optional.empty() : Optional.of(restocks),
                flags.metrics(metricsPort),
                peers.folder(Map.of("--host", flags.listen(port))),
                database.url());
        CatalogService service = CatalogService.start(config, Storage.DISK, lifecycle::fail);
        if (flags.warmsUp()) {
            lifecycle.warmUp(
                    service,
                    folder -> {
                        service.warmUpConnections();
                        return CatalogWarmUp.open(folder);
                    },
                    service::isBusy);
        }
        return lifecycle.serve(service.address(), service);
    }
}
