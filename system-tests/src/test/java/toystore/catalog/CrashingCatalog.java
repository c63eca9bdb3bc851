package toystore.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import toystore.common.Address;
import toystore.durable.testing.FaultyStorage;
import toystore.service.ServiceLifecycle;

/**
 * The catalog with an end that is planned: it stops, without another word, at a named point of its first checkpoint
 * that counts an order; it makes one after every order. Arguments: the point, the port and the data folder.
 */
public final class CrashingCatalog {
    private CrashingCatalog() {}

    /** The point where the process ends. */
    public enum Point {
        WITHIN_A_CHECKPOINT,
        BETWEEN_TEMPORARY_FILE_AND_RENAME
    }

    public static void main(String[] args) throws Exception {
        ServiceLifecycle lifetime = ServiceLifecycle.begin("catalog");
        Point point = Point.valueOf(args[0]);
        CatalogConfig config = new CatalogConfig(
                new Address("127.0.0.1", Integer.parseInt(args[1])),
                Path.of(args[2]),
                new Checkpointer.Schedule(1, Duration.ofHours(1)),
                Optional.empty());
        FaultyStorage disk = new FaultyStorage();
        CatalogService service = CatalogService.start(config, disk, lifetime::fail);
        plan(disk, point);
        lifetime.serve(service.address(), service);
    }

    /** Only checkpoints write to this disk once the service has started, as long as nobody changes a product. */
    private static void plan(FaultyStorage disk, Point point) {
        if (point == Point.WITHIN_A_CHECKPOINT) {
            disk.shortWrites(100); // so that there is a file with a part of the catalog
            disk.onWrite(new Runnable() {
                private int writes;

                @Override
                public void run() {
                    if (++writes == 3) {
                        Runtime.getRuntime().halt(42);
                    }
                }
            });
        } else {
            disk.onRename(() -> Runtime.getRuntime().halt(42));
        }
    }
}
