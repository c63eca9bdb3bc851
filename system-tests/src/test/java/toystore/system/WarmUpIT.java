package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.Address;
import toystore.process.ProcessGroup;
import toystore.process.ServiceProcess;

/** Services that warm up, as they do unless they are told not to. */
class WarmUpIT {
    @TempDir
    Path folder;

    private Path temporary;

    @BeforeEach
    void makeFolders() throws IOException {
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    @Test
    void leavesNoTraceInTheStoreOrOnDisk() throws Exception {
        try (ProcessGroup group = new ProcessGroup()) {
            ServiceProcess catalog = start(group, "catalog", "--data", folder.toString());
            String catalogAt = catalog.address().toString();
            ServiceProcess orders = start(group, "orders", "--data", folder.toString(), "--catalog", catalogAt);
            ServiceProcess frontend = start(
                    group,
                    "frontend",
                    "--catalog",
                    catalogAt,
                    "--orders",
                    orders.address().toString());

            for (ServiceProcess service : List.of(catalog, orders, frontend)) {
                assertThat(service.log())
                        .containsPattern("INFO .* has warmed up, [1-9][0-9]* rounds in [0-9]+ ms\n")
                        .doesNotContain("WARN", "ERROR", temporary.toString(), "warm-up");
            }
            assertThat(temporary).isEmptyDirectory();
            assertThat(firstOrder(frontend.address())).startsWith("{\"data\":{\"order_number\":1,");
        }
    }

    /** Places an order as soon as one can be placed; returns the response. */
    private static String firstOrder(Address frontend) {
        HttpRequest order = HttpRequest.newBuilder(URI.create("http://" + frontend + "/orders"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":1}"))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        return await().until(
                        () -> client.send(order, BodyHandlers.ofString()), response -> response.statusCode() == 201)
                .body();
    }

    private ServiceProcess start(ProcessGroup group, String service, String... flags) throws IOException {
        List<String> command = new ArrayList<>(Jars.command(service, flags));
        command.addAll(List.of("--warm-up", "on", "--port", "0"));
        command.add(1, "-Djava.io.tmpdir=" + temporary);
        return group.start(service, new ProcessBuilder(command), folder.resolve(service + ".log"))
                .awaitReady();
    }
}
