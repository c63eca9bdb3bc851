package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.certs.CertificateFolder;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Role;
import toystore.wire.net.MessageClient;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.UnavailableException;

/** A store of real processes whose services use TLS with each other. */
class PeerTlsIT {
    @TempDir
    Path data;

    @TempDir
    Path certificates;

    private TestStore store;

    @BeforeEach
    void open() throws Exception {
        CertificateFolder.make(certificates, List.of(), Clock.systemUTC());
        store = TestStore.open(data, "--peer-tls", certificates.toString());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void sellsQueriesChangesAndWatches() throws Exception {
        assertThat(store.order("Tux", 2).status()).isEqualTo(201);
        assertThat(store.quantityOf("Tux")).isEqualTo(98);
        assertThat(store.put("Tux", "{\"add\":10}", TestStore.ADMIN_TOKEN).status())
                .isEqualTo(200);
        await().until(() -> store.quantityOf("Tux") == 108);
        await().until(() -> log("frontend").contains("queries are answered from memory"));
        assertThat(log("orders")).contains("with the certificate CN=orders, valid until ");

        store.stopAll();
    }

    @Test
    void refusesAWrongRoleAndAnotherAuthorityAndChangesNothing() throws Exception {
        store.order("Tux", 1);
        try (PeerTransport frontend = PeerTransport.open(Optional.of(certificates), Role.FRONTEND);
                MessageClient catalog = client("catalog", frontend)) {
            awaitApplied(catalog, 1);
            CatalogStats before = catalog.call(new CatalogRequest.Stats());

            assertThatThrownBy(() -> catalog.call(new CatalogRequest.Open("stranger", 0, 0, "0000000000000000")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("the role frontend may not send open");
            assertThat(log("catalog")).contains(": the role frontend may not send open");

            try (PeerTransport wrongRole = PeerTransport.open(Optional.of(certificates), Role.CATALOG);
                    MessageClient orders = client("orders", wrongRole)) {
                assertThatThrownBy(() -> orders.call(new OrdersRequest.Place("Tux", 1)))
                        .isInstanceOf(RefusedException.class)
                        .hasMessage("the role catalog may not send place");
            }

            Path stranger = data.resolve("stranger");
            CertificateFolder.make(stranger, List.of(), Clock.systemUTC());
            Files.copy(certificates.resolve("ca.pem"), data.resolve("both.pem"));
            Files.writeString(
                    data.resolve("both.pem"),
                    Files.readString(data.resolve("both.pem")) + Files.readString(stranger.resolve("ca.pem")));
            Files.move(data.resolve("both.pem"), stranger.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
            try (PeerTransport wrongAuthority = PeerTransport.open(Optional.of(stranger), Role.ORDERS);
                    MessageClient orders = client("catalog", wrongAuthority)) {
                assertThatThrownBy(() -> orders.call(new CatalogRequest.Open("stranger", 0, 0, "0000000000000000")))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("it refuses the certificate CN=orders");
            }
            await().until(() -> log("catalog").contains("the certificate CN=orders is refused: "));

            CatalogStats after = catalog.call(new CatalogRequest.Stats());
            assertThat(List.of(after.units(), after.reservations(), after.asOf(), after.epochs(), after.epoch()))
                    .isEqualTo(List.of(
                            before.units(), before.reservations(), before.asOf(), before.epochs(), before.epoch()));
            assertThat(store.order("Tux", 1).orderNumber()).isEqualTo(2); // still in the same epoch
        }
        store.stopAll();
        assertThat(ProgramRun.jar("orders", "audit", "--data", data.toString()).exitCode())
                .isZero();
    }

    @Test
    void recoversWhenCatalogAndOrdersAreKilled() throws Exception {
        for (String service : List.of("catalog", "orders")) {
            assertThat(store.order("Tux", 1).status()).isEqualTo(201);
            store.service(service).kill();
            store.start(service);
            store.awaitReady();
            assertThat(store.order("Tux", 1).status()).isEqualTo(201);
        }
        await().until(() -> store.quantityOf("Tux") == 96);

        store.stopAll();
    }

    private static void awaitApplied(MessageClient catalog, long order) {
        await().until(() -> catalog.call(new CatalogRequest.Stats()).asOf() == order);
    }

    private MessageClient client(String service, PeerTransport transport) {
        return new MessageClient(new MessageClient.Options(service, store.addressOf(service), 1, transport));
    }

    private String log(String service) throws Exception {
        return Files.readString(data.resolve(service + ".log"));
    }
}
