package toystore.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.common.cli.ProbabilityConverter;
import toystore.common.cli.ProbabilityFlag;
import toystore.common.cli.Program;
import toystore.testing.CapturedOutput;

/** Where a program finds its store, and with what probability it buys there. */
class StoreParameterTest {
    @RegisterExtension
    private final CapturedOutput output = new CapturedOutput();

    private Shop shop;

    @Command(name = "shop")
    static final class Shop implements Callable<Integer> {
        @Mixin
        private StoreParameter store;

        @Parameters(index = "1", arity = "0..1", converter = ProbabilityConverter.class)
        private Double probability;

        @Mixin
        private ProbabilityFlag flag;

        private Origin origin;
        private boolean given;
        private double chosen;

        @Override
        public Integer call() {
            origin = store.origin();
            given = store.isGiven();
            chosen = flag.or(probability);
            return Program.OK;
        }

        @Command(name = "sweep")
        int sweep() {
            return Program.OK;
        }

        @Command(name = "buy")
        int buy() {
            return Program.OK;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,               127.0.0.1, 8080",
        "toy_store:81,            toy_store, 81",
        "[::1]:81,                ::1,       81",
        "http://127.0.0.1:8080,   127.0.0.1, 8080",
        "http://127.0.0.1:8080/,  127.0.0.1, 8080",
        "HTTP://toy_store,        toy_store, 80",
        "http://[::1]:9/,         ::1,       9",
    })
    void readsAddressesAndUrls(String text, String host, int port) {
        assertThat(run(text)).isEqualTo(Program.OK);

        assertThat(shop.origin).isEqualTo(Origin.http(new Address(host, port)));
        assertThat(shop.given).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://toy_store,         toy_store, 443",
        "HTTPS://127.0.0.1:8080/,   127.0.0.1, 8080",
        "https://[::1],             ::1,       443",
    })
    void readsUrlsOfServersWithCertificates(String text, String host, int port) {
        assertThat(run(text)).isEqualTo(Program.OK);

        assertThat(shop.origin.address()).isEqualTo(new Address(host, port));
        assertThat(shop.origin.isHttps()).isTrue();
        assertThat(shop.origin).hasToString("https://" + new Address(host, port));
        assertThat(shop.origin.url()).isEqualTo("https://" + new Address(host, port) + "/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "0.5",
                "127.1",
                "https://127.0.0.1:8080/products",
                "http://127.0.0.1:8080/products",
                "http://me@store",
                "http://0.5",
                "http://",
                "ftp://store",
                "http://[::1"
            })
    void reportsTheExpectedFormsOfTheStoresAddress(String text) {
        assertThat(run(text)).isEqualTo(Program.USAGE);

        assertThat(output.err())
                .startsWith(
                        "shop: Invalid value for positional parameter at index 0 (host[:port]): \"" + text + "\": the ")
                .contains(
                        "; expected the store first: host, host:port, http://host:port or https://host:port; shop --help")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({"buyy, buy", "swep, sweep", "SWEEPS, sweep", "weep, sweep"})
    void asksWhichCommandWasMeant(String word, String meant) {
        assertThat(run(word, "--rate", "5")).isEqualTo(Program.USAGE);

        assertThat(output.err())
                .startsWith("shop: \"" + word + "\" is no command; did you mean " + meant
                        + "? A host of that name is written " + word + ":8080; ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"frontend", "store", "by", "toys", "buyy:8080", "sweep.example"})
    void acceptsOtherWordsAsHosts(String word) {
        assertThat(run(word)).as(output.err()).isEqualTo(Program.OK);
    }

    @Test
    void takesTheProbabilityFromEitherPlaceButNotFromBoth() {
        assertThat(run("store", "0.25")).isEqualTo(Program.OK);
        assertThat(shop.chosen).isEqualTo(0.25);
        assertThat(run("--probability", "0.5")).isEqualTo(Program.OK);
        assertThat(shop.chosen).isEqualTo(0.5);
        assertThat(shop.given).isFalse();
        assertThat(run("store")).isEqualTo(Program.OK);
        assertThat(shop.chosen).isEqualTo(0.75);

        assertThat(run("store", "0.25", "--probability=0.5")).isEqualTo(Program.USAGE);
        assertThat(output.err())
                .isEqualTo("shop: the probability is given twice, as 0.25 and as --probability; expected it once\n");
    }

    @ParameterizedTest
    @CsvSource({"--insecure, true", "--insecure=true, true", "--insecure=false, false", "'', DEFAULT"})
    void meansTheSameByAFlagWhateverTheEnvironmentSays(String flag, String expected) {
        for (String environment : List.of("true", "false")) {
            Shop parsed = new Shop();
            new CommandLine(parsed)
                    .setDefaultValueProvider(argument -> argument.isOption()
                                    && ((OptionSpec) argument).longestName().equals("--insecure")
                            ? environment
                            : null)
                    .parseArgs((flag + " https://store").strip().split(" "));
            output.reset();

            parsed.store.origin();

            boolean insecure = Boolean.parseBoolean(expected.equals("DEFAULT") ? environment : expected);
            assertThat(output.err().startsWith("--insecure: the certificate of the server is not checked"))
                    .isEqualTo(insecure);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--probabilty 0.5,   Unknown option: '--probabilty'; did you mean --probability? shop --help",
        "--probabilty=0.5,   Unknown option: '--probabilty=0.5'; did you mean --probability? shop --help",
        "--anything 5,       Unknown option: '--anything'; shop --help",
        "-x,                 Unknown option: '-x'; shop --help",
        "store 1 buyy,       Unmatched argument at index 2: 'buyy'; did you mean buy? shop --help",
    })
    void reportsAnUnknownFlagAndNotItsValue(String line, String complaint) {
        assertThat(run(line.split(" "))).isEqualTo(Program.USAGE);

        assertThat(output.err()).startsWith("shop: " + complaint).hasLineCount(1);
    }

    private int run(String... words) {
        shop = new Shop();
        return Program.run(shop, words);
    }
}
