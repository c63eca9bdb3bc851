package toystore.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import toystore.durable.LogDigest;
import toystore.durable.testing.UnforcedStorage;
import toystore.engine.Inventory;
import toystore.engine.contract.InventoryContract;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;

class FileInventoryContractTest extends InventoryContract {
    private static final Checkpointer.Schedule RARELY = new Checkpointer.Schedule(1_000_000, Duration.ofHours(1));

    @TempDir
    Path data;

    private int opened;

    @Override
    protected Inventory open(List<Product> products) throws Exception {
        opened++;
        Path folder = Files.createDirectories(data.resolve("store-" + opened));
        List<Map<String, Object>> records = products.stream()
                .map(product -> Map.<String, Object>of(
                        "name", product.name(), "price", product.price(), "quantity", product.quantity()))
                .toList();
        Files.write(
                folder.resolve("catalog.json"),
                JsonMapper.builder().build().writeValueAsBytes(Map.of("products", records)));
        FileInventory inventory = FileInventory.open(new UnforcedStorage(), folder, 2, RARELY, failure -> {
            throw new AssertionError(failure);
        });
        inventory.start();
        String epoch = inventory
                .open(new CatalogRequest.Open("log", 0, 0, LogDigest.toText(LogDigest.EMPTY)))
                .epoch();
        inventory.activate(new CatalogRequest.Activate(epoch, 0));
        return inventory;
    }

    @Test
    void refusesAnOrdersServiceWithADatabase() {
        Refusal refusal = refusalOf(new CatalogRequest.Refresh("store", List.of()));

        assertThat(refusal.code()).isEqualTo(Refusal.NOT_UNDERSTOOD);
        assertThat(refusal.message()).contains("start both with the same --db, or both without");
    }
}
