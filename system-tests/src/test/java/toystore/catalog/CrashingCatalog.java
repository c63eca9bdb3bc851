package toystore.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import toystore.common.Address;
import toystore.durable.testing.FaultyStorage;
import toystore.service.ServiceLifecycle;

/**
 * A catalog that ends, without any shutdown, at a crash point of its first checkpoint with an order, or of the first
 * change of a product.
 *
 * <p>It writes a checkpoint after every order. Arguments: the crash point, the port and the data folder.
 */
public final class CrashingCatalog {
    private CrashingCatalog() {}

    /** The crash points. */
    public enum Point {
        WITHIN_A_CHECKPOINT,
        BETWEEN_TEMPORARY_FILE_AND_RENAME,
        BEFORE_A_CHANGE_IS_WRITTEN,
        BETWEEN_A_CHANGE_AND_ITS_REPLY
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

    private static void plan(FaultyStorage disk, Point point) {
        switch (point) {
            case WITHIN_A_CHECKPOINT -> {
                disk.shortWrites(100); // so that a file has a part of the catalog
                disk.onWrite(new Runnable() {
                    private int writes;

                    @Override
                    public void run() {
                        if (++writes == 3) {
                            crash();
                        }
                    }
                });
            }
            case BETWEEN_TEMPORARY_FILE_AND_RENAME -> disk.onRename(CrashingCatalog::crash);
            case BEFORE_A_CHANGE_IS_WRITTEN -> disk.onWrite(CrashingCatalog::crashIfAChangeIsWritten);
            // its line is in the file already, so that the next start finds it
            case BETWEEN_A_CHANGE_AND_ITS_REPLY -> disk.onForce(CrashingCatalog::crashIfAChangeIsWritten);
        }
    }

    private static void crashIfAChangeIsWritten() {
        if (Thread.currentThread().getName().equals(ChangeLog.NAME + "-log")) {
            crash();
        }
    }

    private static void crash() {
        Runtime.getRuntime().halt(42);
    }
}
