package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import toystore.client.ScriptedStore.Fate;
import toystore.common.cli.Program;

/** The client, with a store that fails as a test says. */
class ClientMainTest {
    private ScriptedStore store;
    private int exitCode;

    @BeforeEach
    void open() throws IOException {
        store = new ScriptedStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void buysAndReadsEveryOrderBack() {
        assertThat(run("2", "1", "--iterations", "20")).isEqualTo(Program.OK);

        assertThat(store.orders)
                .hasSize(40)
                .allMatch(order -> order.matches("\\{\"name\":\"Rubber Duck\",\"quantity\":[1-5]}"));
    }

    @Test
    void buysWithTheProbabilityGiven() {
        assertThat(run("1", "0", "--iterations", "20")).isEqualTo(Program.OK);
        assertThat(store.orders).isEmpty();

        run("1", "0.5", "--iterations", "200", "--seed", "7");
        assertThat(store.orders).hasSizeBetween(70, 130);
    }

    @Test
    void makesTheSameChoicesWithTheSameSeed() {
        run("1", "0.5", "--iterations", "50", "--seed", "7");
        List<String> first = new ArrayList<>(store.orders);
        store.orders.clear();
        run("1", "0.5", "--iterations", "50", "--seed", "7");

        assertThat(store.orders).isEqualTo(first);
    }

    @Test
    void buysNoMoreThanIsLeft() {
        store.stock = 2;
        run("1", "1", "--iterations", "30");
        assertThat(store.orders).hasSize(30).allMatch(order -> order.matches(".*\"quantity\":[12]}"));

        store.orders.clear();
        store.stock = 0;
        assertThat(run("1", "1", "--iterations", "30")).isEqualTo(Program.OK);
        assertThat(store.orders).isEmpty();
    }

    @Test
    void reportsThatAllIsSoldOut() {
        store.stock = 0;

        assertThat(outputOf("2", "1", "--iterations", "3")).endsWith("""


                        sold out: the toy of all 6 rounds was sold out; if the store is in files, \
                        ./toystore reset --yes restores all units, and deletes all orders
                        no order was placed
                        """).doesNotContain("read back");
        assertThat(exitCode).isEqualTo(Program.OK);
        JsonNode summary = JsonMapper.shared().readTree(outputOf("2", "1", "--iterations", "3", "--json"));
        assertThat(summary.get("sold_out_rounds").intValue()).isEqualTo(6);
        assertThat(outputOf("1", "0", "--iterations", "3"))
                .as("a shopper that never buys")
                .doesNotContain("sold out:")
                .endsWith("\nno order was placed\n");
    }

    @Test
    void reportsHowManyRoundsFoundTheirToySoldOut() {
        AtomicInteger placed = new AtomicInteger();
        store.onOrder = () -> {
            if (placed.incrementAndGet() == 2) {
                store.stock = 0;
            }
        };

        assertThat(outputOf("1", "1", "--iterations", "5"))
                .contains("\nsold out: the toy of 3 of 5 rounds was sold out; ")
                .endsWith("\n2 orders read back, 0 mismatches\n");
    }

    @Test
    void printsNoLatenciesWithoutResponses() {
        store.productStatus = 500;

        assertThat(outputOf("1", "1", "--iterations", "3"))
                .containsPattern("(?m)^1 +- +0 +0 +0 +3$")
                .containsPattern("(?m)^overall +- +0 +0 +0 +3$")
                .doesNotContain("p50", "0.000")
                .contains("3 requests failed; the first: status 500")
                .endsWith("\nno order was placed\n");
    }

    @Test
    void failsWhenAnOrderReadBackDiffers() {
        store.lookedUpQuantity = "6";

        assertThat(run("1", "1", "--iterations", "3")).isEqualTo(Program.FAILED);
    }

    @Test
    void failsWhenAnOrderCannotBeReadBack() {
        store.lookUpStatus = 404;

        assertThat(run("1", "1", "--iterations", "3")).isEqualTo(Program.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":[],\"next\":null}", "{}", "<html>", "{\"data\":7}"})
    void needsAStoreWithToys(String noStore) {
        store.list = noStore;

        assertThat(run("1", "1")).isEqualTo(Program.USAGE);
    }

    @Test
    void saysHowToReachAStoreThatExpectsHttps() throws Exception {
        store.listStatus = 400;
        store.list = "{\"error\":{\"code\":400,\"message\":\"this port expects HTTPS, but plain HTTP arrived: use"
                + " https://\"}}";

        try (StoreClient client = new StoreClient(store.origin())) {
            assertThatThrownBy(client::toys)
                    .hasMessage("status 400 instead of 200: " + store.list + "; give the store as https://…, with"
                            + " --cacert FILE if its certificate is not of a public authority");
        }
    }

    @Test
    void keepsThinkTimesOutOfLatenciesAndChoices() {
        run("1", "0.5", "--iterations", "50", "--seed", "7");
        List<String> first = new ArrayList<>(store.orders);
        store.orders.clear();

        JsonNode summary = JsonMapper.shared()
                .readTree(outputOf("1", "0.5", "--iterations", "50", "--seed", "7", "--think-time", "20ms", "--json"));

        assertThat(store.orders).isEqualTo(first);
        double latencies = 0;
        for (JsonNode requests : summary.get("requests")) {
            int count = requests.get("count").intValue();
            latencies += count == 0 ? 0 : count * requests.get("average_ms").doubleValue() / 1000;
        }
        assertThat(summary.get("seconds").doubleValue())
                .as("including the think times, which take more than half a second")
                .isGreaterThan(latencies + 0.5);
    }

    @Test
    void printsOneJsonObjectInsteadOfTables() {
        store.lookedUpQuantity = "6";

        JsonNode summary = JsonMapper.shared().readTree(outputOf("2", "1", "--iterations", "3", "--keys", "--json"));

        assertThat(exitCode).isEqualTo(Program.FAILED);
        assertThat(summary.get("settings").get("store").stringValue())
                .isEqualTo(store.origin().toString());
        assertThat(summary.get("settings").get("keys").booleanValue()).isTrue();
        assertThat(summary.get("shoppers").size()).isEqualTo(2);
        assertThat(summary.get("mismatched").intValue()).isEqualTo(6);
    }

    @Test
    void reportsOrdersSentAgainIfTheyHaveKeys() {
        store.fates.add(Fate.PLACED_AND_LOST);

        assertThat(outputOf("1", "1", "--iterations", "3", "--keys"))
                .endsWith("\n\n1 orders were sent again\n3 orders read back, 0 mismatches\n");
        assertThat(outputOf("1", "1", "--iterations", "3")).doesNotContain("sent again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--think-time=25h", "--think-time=999999999h", "--think-time=soon", "--think-time=-1s"})
    void refusesAnInvalidThinkTime(String flag) {
        assertThat(run("1", "1", flag)).isEqualTo(Program.USAGE);
        assertThat(store.orders).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "five"})
    void refusesAnInvalidNumberOfClients(String clients) {
        assertThat(run(clients)).isEqualTo(Program.USAGE);
        assertThat(store.orders).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.1", "1.1", "NaN", "often"})
    void refusesAnInvalidProbability(String probability) {
        assertThat(run("1", probability)).isEqualTo(Program.USAGE);
        assertThat(store.orders).isEmpty();
    }

    @Test
    void takesTheProbabilityAsAFlag() {
        assertThat(run("1", "--probability", "0", "--iterations", "20")).isEqualTo(Program.OK);
        assertThat(store.orders).isEmpty();

        assertThat(run("1", "0.5", "--probability", "0.5", "--iterations", "20"))
                .isEqualTo(Program.USAGE);
    }

    @Test
    void takesAUrlButNoNumberAsTheStore() {
        String[] flags = {"1", "1", "--iterations", "3", "--warmup", "0s"};
        assertThat(Program.run(new ClientMain(), prepend("http://" + store.origin() + "/", flags)))
                .isEqualTo(Program.OK);
        assertThat(store.orders).hasSize(3);

        assertThat(Program.run(new ClientMain(), "5")).isEqualTo(Program.USAGE);
    }

    @Test
    void warnsOfMoreShoppersThanSessionThreads() {
        store.metrics = "# TYPE toystore_http_session_threads gauge\ntoystore_http_session_threads 3.0";

        assertThat(errorsOf("4", "0", "--iterations", "1"))
                .isEqualTo(
                        "client: 4 shoppers, but the store serves 3 connections at once (--session-threads): it closes"
                                + " idle ones to let others in, so requests take longer, and some may fail\n");
        assertThat(errorsOf("3", "0", "--iterations", "1")).isEmpty();
        store.metrics = "something_else 7";
        assertThat(errorsOf("4", "0", "--iterations", "1")).isEmpty();
        store.metrics = null;
        assertThat(errorsOf("4", "0", "--iterations", "1")).isEmpty();
    }

    private String errorsOf(String... arguments) {
        PrintStream stderr = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, UTF_8));
        try {
            assertThat(run(arguments)).isEqualTo(Program.OK);
        } finally {
            System.setErr(stderr);
        }
        return errors.toString(UTF_8);
    }

    private static String[] prepend(String first, String... others) {
        List<String> all = new ArrayList<>(List.of(others));
        all.add(0, first);
        return all.toArray(String[]::new);
    }

    private String outputOf(String... arguments) {
        PrintStream stdout = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, UTF_8));
        try {
            exitCode = run(arguments);
        } finally {
            System.setOut(stdout);
        }
        return output.toString(UTF_8);
    }

    private int run(String... arguments) {
        return Program.run(new ClientMain(), store.arguments(arguments));
    }
}
