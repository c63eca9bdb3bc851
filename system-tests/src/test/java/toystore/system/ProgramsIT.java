package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client and the load test in a real store. */
@Timeout(120)
class ProgramsIT {
    @TempDir
    Path data;

    @Test
    void shoppersBuyAndFindTheirOrdersAgain() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            Program client =
                    Program.jar("client", store.address().toString(), "5", "0.75", "--iterations", "40", "--seed", "7");

            assertThat(client.exitCode()).as(client.stderr()).isZero();
            assertThat(client.stdout().lines().filter(line -> line.matches("[1-5] +[0-9.]+ ms +40 +[0-9]+ +0 +0")))
                    .hasSize(5);
            assertThat(client.stdout()).containsPattern("(?m)^overall +[0-9.]+ ms +200 ");
            assertThat(client.stdout()).containsPattern("(?m)^query +200 ").containsPattern("(?m)^order +1[0-9]{2} ");
            assertThat(client.stdout()).containsPattern("1[0-9]{2} orders read back, 0 mismatches\n$");
            assertThat(store.get("/orders/100").status()).isEqualTo(200);
        }
    }

    @Test
    void moreShoppersThanSessionThreadsAreAllServed() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            Program client = Program.jar("client", store.address().toString(), "25", "0.2", "--iterations", "20");

            assertThat(client.exitCode()).as(client.stdout()).isZero();
            assertThat(client.stdout()).containsPattern("(?m)^overall +[0-9.]+ ms +500 +[0-9]+ +0 +0$");
        }
    }

    @Test
    void theClientSaysThatTheStoreWentAway() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.service("orders").kill();

            Program client =
                    Program.jar("client", store.address().toString(), "2", "1", "--iterations", "5", "--warmup", "0s");

            assertThat(client.exitCode()).isZero();
            assertThat(client.stdout())
                    .contains("10 requests failed; the first: status 503 instead of 201")
                    .endsWith("0 orders read back, 0 mismatches\n");
        }
    }

    @Test
    void theLoadTestDrawsAndTabulatesEveryLoad() throws Exception {
        Path out = data.resolve("report");
        try (TestStore store = TestStore.open(data)) {
            Program loadtest = Program.jar(
                    "loadtest",
                    store.address().toString(),
                    "0.75",
                    "--clients",
                    "2",
                    "--iterations",
                    "30",
                    "--warmup",
                    "100ms",
                    "--out",
                    out.toString());

            assertThat(loadtest.exitCode()).as(loadtest.stderr()).isZero();
            assertThat(loadtest.stdout())
                    .startsWith(
                            "buy, query, mixed at " + store.address()
                                    + ", 1 to 2 clients, 30 iterations each, queries for at least 1 s a step (latencies in ms)\n")
                    .doesNotContain("the stock will not last")
                    .containsPattern("(?m)^buy +2 +order +60 ")
                    .containsPattern("(?m)^query +1 +query ")
                    .containsPattern("(?m)^mixed +2 +query +60 ")
                    .contains(
                            out.resolve("buy.png").toString(),
                            out.resolve("latency.csv").toString());
            for (String load : List.of("buy", "query", "mixed")) {
                assertThat(ImageIO.read(out.resolve(load + ".png").toFile()).getWidth())
                        .isGreaterThan(800);
            }
            List<String> lines = Files.readAllLines(out.resolve("latency.csv"));
            assertThat(lines).hasSize(1 + 2 * (2 + 1 + 3));
            assertThat(lines.get(1)).matches("buy,1,order,30(,[0-9]+\\.[0-9]{4}){5},[0-9.]+,0");
        }
    }

    @Test
    void theLoadTestSaysThatItsFolderCannotBeMadeAndTakesTheStoreFromTheEnvironment() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "");
        try (TestStore store = TestStore.open(data)) {
            ProcessBuilder command = new ProcessBuilder(
                    Jars.command("loadtest", "--out", file.resolve("x").toString()));
            command.environment().put("TOYSTORE_STORE", store.address().toString());

            Program loadtest = Program.run(command);

            assertThat(loadtest.stderr())
                    .matches(
                            "loadtest: the folder \\Q" + file.resolve("x") + "\\E cannot be made: .*Not a directory\n");
            assertThat(loadtest.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void theLoadTestKeepsSoldOutAnswersApartAndSaysSo() throws Exception {
        Files.writeString(
                data.resolve("catalog.json"), "{\"products\":[{\"name\":\"Tux\",\"price\":1,\"quantity\":10}]}");
        try (TestStore store = TestStore.open(data)) {
            Program loadtest = Program.jar(
                    "loadtest",
                    "buy",
                    store.address().toString(),
                    "--clients",
                    "2",
                    "--iterations",
                    "30",
                    "--warmup",
                    "0s",
                    "--out",
                    data.resolve("report").toString());

            assertThat(loadtest.exitCode()).isZero();
            assertThat(loadtest.stdout())
                    .containsPattern("(?m)^buy +1 +order +10 ")
                    .containsPattern("(?m)^buy +1 +sold out +1 ")
                    .contains("the stock will not last: 10 units for about 90 orders of one")
                    .endsWith(
                            "latency.csv\n\n1 buys of the buy load found nothing left; their answers are not in the order"
                                    + " latencies\nno order at all in the buy load with 2 clients: all is sold out, and"
                                    + " ./toystore reset restocks\n");
        }
    }
}
