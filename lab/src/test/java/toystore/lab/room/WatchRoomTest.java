package toystore.lab.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.certs.CertificateFolder;
import toystore.common.Address;
import toystore.lab.store.LabStore.Service;
import toystore.lab.store.PeerClient.Peer;
import toystore.wire.net.PeerTls;
import toystore.wire.net.PeerTransport;

/** What a room finds in the files of a store that it watches. */
class WatchRoomTest {
    @TempDir
    Path data;

    @BeforeEach
    void writeReadyLines() throws IOException {
        Files.createDirectory(data.resolve("run"));
        for (Service service : Service.values()) {
            Files.writeString(data.resolve("run").resolve(service + ".out"), "ready " + service + " 0.0.0.0:9001\n");
        }
    }

    @Test
    void findsTheServicesOfAPlainStore() {
        try (WatchRoom room = new WatchRoom(data)) {
            assertThat(room.peer(Service.ORDERS))
                    .contains(new Peer(Service.ORDERS, new Address("127.0.0.1", 9001), PeerTransport.PLAIN));
        }
    }

    @Test
    void readsTheCertificatesOnceForAllServicesAndLooks() throws IOException {
        certificates("one");
        try (WatchRoom room = new WatchRoom(data)) {
            Peer catalog = room.peer(Service.CATALOG).orElseThrow();

            assertThat(catalog.transport()).isInstanceOf(PeerTls.class);
            assertThat(room.peer(Service.CATALOG)).contains(catalog);
            assertThat(room.peer(Service.ORDERS).orElseThrow().transport()).isSameAs(catalog.transport());
        }
    }

    @Test
    void connectsAnewToAStoreThatIsOpenedWithOtherCertificates() throws IOException {
        certificates("one");
        try (WatchRoom room = new WatchRoom(data)) {
            Peer first = room.peer(Service.CATALOG).orElseThrow();

            certificates("two");
            Peer second = room.peer(Service.CATALOG).orElseThrow();
            assertThat(second.transport()).isInstanceOf(PeerTls.class).isNotSameAs(first.transport());

            Files.delete(data.resolve("run/settings"));
            assertThat(room.peer(Service.CATALOG).orElseThrow().transport()).isSameAs(PeerTransport.PLAIN);
        }
    }

    @Test
    void looksAgainForCertificatesThatCannotBeRead() throws IOException {
        certificates("one");
        Path key = data.resolve("one/frontend-key.pem");
        Files.move(key, data.resolve("key"));
        try (WatchRoom room = new WatchRoom(data)) {
            assertThat(room.peer(Service.CATALOG)).isEmpty();

            Files.move(data.resolve("key"), key);
            assertThat(room.peer(Service.CATALOG)).isPresent();
        }
    }

    @Test
    void findsACellThatIsOpenedLaterAndAnotherOneAfterIt() throws IOException {
        try (WatchRoom room = new WatchRoom(data)) {
            assertThat(room.isOpen()).isFalse();

            Process second = cell(2, 9012);
            try {
                assertThat(room.isOpen()).isTrue();
                assertThat(room.process(Service.FRONTEND).pid()).isEqualTo(second.pid());
                assertThat(room.frontend())
                        .hasValueSatisfying(
                                frontend -> assertThat(frontend.url()).isEqualTo("http://127.0.0.1:9012/"));

                Process first = cell(1, 9011);
                try {
                    assertThat(room.process(Service.FRONTEND).pid()).isEqualTo(second.pid());
                    second.destroyForcibly().onExit().join();
                    assertThat(room.process(Service.FRONTEND).pid()).isEqualTo(first.pid());
                    assertThat(room.recording().folder())
                            .isEqualTo(data.resolve("cell-1").toString());
                } finally {
                    first.destroyForcibly().onExit().join();
                }
            } finally {
                second.destroyForcibly();
            }
            assertThat(room.isOpen()).isFalse();
        }
    }

    /** A process that looks like the frontend of a cell. */
    private Process cell(int number, int port) throws IOException {
        Path run = Files.createDirectories(data.resolve("cell-" + number).resolve("run"));
        Process frontend = new ProcessBuilder(
                        "sh", "-c", "read line", run.resolve("frontend.jar").toString())
                .start();
        Files.writeString(run.resolve("frontend.pid"), frontend.pid() + "\n");
        Files.writeString(run.resolve("frontend.out"), "ready frontend 127.0.0.1:" + port + "\n");
        return frontend;
    }

    @Test
    void namesTheDatabaseWithoutCredentialsAlsoWhileTheStoreIsClosed() throws IOException {
        Path settings = data.resolve("run/settings");
        try (WatchRoom room = new WatchRoom(data)) {
            assertThat(room.database()).isEmpty();
            Files.writeString(settings, "A=b\0TOYSTORE_DB=jdbc:postgresql://ann:secret@h:1,i:2/shop?password=secret\0");
            assertThat(room.database()).contains("jdbc:postgresql://h:1,i:2/shop");
            Files.delete(settings);
            assertThat(room.database()).contains("jdbc:postgresql://h:1,i:2/shop");
            Files.writeString(settings, "TOYSTORE_DB=local\0");
            assertThat(room.database()).contains("local, in " + data.resolve("db"));
            Files.writeString(settings, "A=b\0");
            assertThat(room.database()).isEmpty();
        }
    }

    private void certificates(String name) throws IOException {
        Path folder = data.resolve(name);
        CertificateFolder.make(folder, List.of(), Clock.systemUTC());
        Files.writeString(data.resolve("run/settings"), "A=b\0TOYSTORE_PEER_TLS=" + folder + "\0");
    }
}
