package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/** Properties of all requests, tried with some hundred random ones. */
class FramingPropertiesTest {
    private static final Map<TestTransport, EchoServer> SERVERS = new EnumMap<>(TestTransport.class);
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("toystore");
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    @BeforeContainer
    static void start() throws IOException {
        LOG.start();
        LOGGER.addAppender(LOG);
        for (TestTransport transport : TestTransport.values()) {
            EchoServer server = new EchoServer();
            server.start(transport);
            SERVERS.put(transport, server);
        }
    }

    @AfterContainer
    static void stop() throws IOException {
        for (EchoServer server : SERVERS.values()) {
            server.close();
        }
        LOGGER.detachAppender(LOG);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void parsesAnyValidRequestsHoweverTheirBytesArrive(
            @ForAll TestTransport transport,
            @ForAll("validRequests") List<ValidRequest> requests,
            @ForAll @Size(max = 20) Set<@IntRange(min = 1, max = 2000) Integer> cuts)
            throws IOException {
        String bytes = requests.stream().map(ValidRequest::bytes).collect(Collectors.joining());

        assertThat(SERVERS.get(transport).responsesTo(bytes, Delivery.dividedAt(cuts)))
                .extracting(RawResponse::echo)
                .containsExactlyElementsOf(
                        requests.stream().map(ValidRequest::meaning).toList());
    }

    @Property(tries = 200)
    void survivesRandomBytes(@ForAll TestTransport transport, @ForAll @Size(max = 400) byte[] bytes)
            throws IOException {
        survives(transport, new String(bytes, ISO_8859_1));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void survivesCorruptedRequests(
            @ForAll TestTransport transport,
            @ForAll("requests") String requests,
            @ForAll("spoilings") List<Corruption> spoilings)
            throws IOException {
        String bytes = requests;
        for (Corruption spoiling : spoilings) {
            bytes = spoiling.spoil(bytes);
        }
        survives(transport, bytes);
    }

    /**
     * Asserts that the server responds by the rules, and closes: {@link RawClient} and {@link RawResponseReader}
     * check it.
     */
    private static void survives(TestTransport transport, String bytes) throws IOException {
        SERVERS.get(transport).responsesTo(bytes, Delivery.WHOLE);
        assertThat(LOG.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    @Provide
    Arbitrary<List<ValidRequest>> validRequests() {
        return ValidRequest.arbitrary().list().ofMinSize(1).ofMaxSize(3);
    }

    @Provide
    Arbitrary<String> requests() throws IOException {
        List<String> hostile = HostileRequest.all().map(HostileRequest::bytes).toList();
        return Arbitraries.oneOf(
                validRequests().map(all -> all.stream().map(ValidRequest::bytes).collect(Collectors.joining())),
                Arbitraries.of(hostile));
    }

    @Provide
    Arbitrary<List<Corruption>> spoilings() {
        return Combinators.combine(
                        Arbitraries.of(Corruption.Kind.class),
                        Arbitraries.integers().between(0, 10_000),
                        Arbitraries.chars().range('\0', '\u00ff'))
                .as(Corruption::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    /** @param place any number, taken modulo the length */
    record Corruption(Kind kind, int place, char value) {
        enum Kind {
            DELETE_BYTE,
            INSERT_BYTE,
            REPLACE_BYTE,
            FLIP_BIT,
            DOUBLE_BYTE,
            DOUBLE_LINE,
            DELETE_LINE_END,
            CUT_OFF
        }

        String spoil(String bytes) {
            if (bytes.isEmpty()) {
                return "" + value;
            }
            int at = place % bytes.length();
            String before = bytes.substring(0, at);
            String behind = bytes.substring(at + 1);
            char one = bytes.charAt(at);
            return switch (kind) {
                case DELETE_BYTE -> before + behind;
                case INSERT_BYTE -> before + value + one + behind;
                case REPLACE_BYTE -> before + value + behind;
                case FLIP_BIT -> before + (char) (one ^ (1 << (value % 8))) + behind;
                case DOUBLE_BYTE -> before + one + one + behind;
                case DOUBLE_LINE -> {
                    int start = bytes.lastIndexOf('\n', at) + 1;
                    int end = bytes.indexOf('\n', start) + 1;
                    yield end == 0 ? bytes : bytes.substring(0, end) + bytes.substring(start);
                }
                case DELETE_LINE_END -> {
                    int end = bytes.indexOf("\r\n", at);
                    yield end < 0 ? bytes : bytes.substring(0, end) + bytes.substring(end + 2);
                }
                case CUT_OFF -> before;
            };
        }
    }
}
