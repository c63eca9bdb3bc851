package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.Address;
import toystore.durable.Storage;
import toystore.wire.message.Constraints;
import toystore.wire.message.Product;

/** A catalog over files, for the tests of other modules. */
public final class CatalogFixture implements Closeable {
    private static final Checkpointer.Schedule RARELY = new Checkpointer.Schedule(1_000_000, Duration.ofHours(1));

    private final CatalogService service;

    private CatalogFixture(CatalogService service) {
        this.service = service;
    }

    /** Starts a catalog with these products, in an empty folder. */
    public static CatalogFixture start(Path folder, List<Product> products) throws IOException {
        List<Map<String, Object>> records = products.stream()
                .map(product -> Map.<String, Object>of(
                        "name", product.name(), "price", product.price(), "quantity", product.quantity()))
                .toList();
        Files.write(
                folder.resolve("catalog.json"),
                JsonMapper.builder().build().writeValueAsBytes(Map.of("products", records)));
        CatalogConfig config = new CatalogConfig(
                new Address("127.0.0.1", 0),
                folder,
                Constraints.MAX_PRICE_SCALE,
                RARELY,
                Optional.empty(),
                Optional.empty());
        return new CatalogFixture(CatalogService.start(config, Storage.DISK, failure -> {
            throw new AssertionError(failure);
        }));
    }

    public Address address() {
        return service.address();
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
