package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import toystore.engine.Inventory;
import toystore.engine.contract.InventoryContract;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;

class SqlInventoryContractTest extends InventoryContract {
    private static LocalCluster server;
    private static DatabaseUrl url;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
        url = DatabaseUrl.parse(server.url());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected Inventory open(List<Product> products) throws Exception {
        Databases.initialize(url, products);
        SqlInventory inventory = SqlInventory.open(url);
        Databases.start(inventory);
        return inventory;
    }

    @Test
    void refusesAnOrdersServiceWithFiles() {
        Refusal refusal = refusalOf(new CatalogRequest.Position());

        assertThat(refusal.code()).isEqualTo(Refusal.NOT_UNDERSTOOD);
        assertThat(refusal.message()).contains("start orders with the same --db");
    }

    @Test
    void refusesProductsOfAnotherStore() {
        Refusal refusal = refusalOf(new CatalogRequest.Refresh("another", List.of()));

        assertThat(refusal.code()).isEqualTo(Refusal.STALE);
        assertThat(refusal.message())
                .startsWith("orders keeps its orders in store another, but this catalog has the products of store ");
    }
}
