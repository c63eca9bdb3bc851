package toystore.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.Address;
import toystore.durable.Storage;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;

/** A catalog whose products are in a database. */
class CatalogDatabaseTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static LocalCluster server;

    @TempDir
    Path folder;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private CatalogService start() throws IOException {
        CatalogConfig config = new CatalogConfig(
                ANY_PORT,
                folder.resolve("data"),
                2,
                new Checkpointer.Schedule(1, Duration.ofHours(1)),
                Optional.of(new Restocker.Policy(Duration.ofMillis(50), 30)),
                Optional.empty(),
                Optional.empty(),
                Optional.of(DatabaseUrl.parse(server.url())));
        return CatalogService.start(config, Storage.DISK, failure -> {
            throw new AssertionError(failure);
        });
    }

    @Test
    void servesTheProductsOfTheDatabaseAndUsesNoFiles() throws Exception {
        assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessageEndingWith("run ./toystore db init");
        Connection connection = Database.connect(DatabaseUrl.parse(server.url()));
        try (connection) {
            new Schema().init(connection, List.of(new Product("Tux", new BigDecimal("15.99"), 100, 1)));
        }

        CatalogService service = start();
        try (service) {
            MessageClient client = new MessageClient(new MessageClient.Options("catalog", service.address(), 2));
            try (client) {
                await().until(() -> client.call(new CatalogRequest.Stats()).products() == 1);
                assertThat(client.call(new CatalogRequest.Get("Tux")).quantity())
                        .isEqualTo(100);
                client.call(new CatalogRequest.Put("Tux", null, -100));
                await().until(() -> client.call(new CatalogRequest.Get("Tux")).quantity() == 30);

                MessageClient.Replies<ProductUpdates> watch = client.open(new CatalogRequest.Watch());
                try (watch) {
                    assertThat(watch.next().products()).isEmpty();
                    server.kill();
                    RefusedException end = catchThrowableOfType(RefusedException.class, () -> {
                        while (true) {
                            watch.next();
                        }
                    });
                    assertThat(end).hasMessageContaining("the database at 127.0.0.1:");
                }
                await().untilAsserted(() -> {
                    CatalogStats stats = client.call(new CatalogRequest.Stats());
                    assertThat(stats.ready()).isFalse();
                    assertThat(stats.problem()).startsWith("the database at 127.0.0.1:");
                });
            }
        }
        assertThat(Files.exists(folder.resolve("data"))).isFalse();
    }
}
