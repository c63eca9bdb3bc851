package toystore.catalog;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toystore.wire.net.Address;
import toystore.wire.program.Lifetime;
import toystore.wire.program.Port;
import toystore.wire.program.Version;

/** The command line of the catalog. */
@Command(
        name = "catalog",
        description = "Owns the products, their prices and their stock.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class CatalogMain implements Callable<Integer> {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "${env:TOYSTORE_HOST:-127.0.0.1}",
            description = "Address to listen on (TOYSTORE_HOST; now ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = Port.class,
            defaultValue = "${env:TOYSTORE_CATALOG_PORT:-9001}",
            description = "Port to listen on, 0 for any free one (TOYSTORE_CATALOG_PORT; now ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "Folder of catalog.json (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
    private Path data;

    private final Lifetime lifetime;

    private CatalogMain(Lifetime lifetime) {
        this.lifetime = lifetime;
    }

    public static void main(String[] args) {
        Lifetime lifetime = Lifetime.begin("catalog");
        lifetime.run(new CatalogMain(lifetime), args);
    }

    @Override
    public Integer call() throws Exception {
        CatalogService service = CatalogService.start(new CatalogConfig(new Address(host, port), data));
        return lifetime.serve(service.address(), service);
    }
}
