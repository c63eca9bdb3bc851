package toystore.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import toystore.common.Address;
import toystore.durable.testing.FaultyStorage;
import toystore.service.ServiceLifecycle;

/**
 * A catalog that ends, without any shutdown, at a crash point of its first checkpoint with an order.
 *
 * <p>It writes a checkpoint after every order. Arguments: the crash point, the port and the data folder.
 */
public final class CrashingCatalog {
    private CrashingCatalog() {}

    /** The crash points. */
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

    /** Once the service has started, only checkpoints write to this disk, because the test changes no product. */
    private static void plan(FaultyStorage disk, Point point) {
        if (point == Point.WITHIN_A_CHECKPOINT) {
            disk.shortWrites(100); // so that a file has a part of the catalog
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
