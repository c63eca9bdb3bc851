package toystore.wire.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.wire.message.CatalogPosition;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.RecoveryStats;
import toystore.wire.message.RefreshReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReserveReply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.message.TrafficStats;

class MessageCodecTest {
    private static final Product TUX = new Product("Tux", new BigDecimal("15.90"), 100, 7);
    private static final Order ORDER =
            new Order(10, "Tux", 5, new BigDecimal("15.90"), Instant.parse("2026-01-02T03:04:05.678Z"));

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(new CatalogRequest.Get("Tux"), "{'type':'get','name':'Tux'}"),
                Arguments.of(new CatalogRequest.List(null, "Fox", 10), "{'type':'list','after':'Fox','limit':10}"),
                Arguments.of(
                        new CatalogRequest.List("F", "Fox", 10),
                        "{'type':'list','prefix':'F','after':'Fox','limit':10}"),
                Arguments.of(
                        new CatalogRequest.Reserve("Tux", 5, "e1", "e1-7"),
                        "{'type':'reserve','name':'Tux','quantity':5,'epoch':'e1','reservation':'e1-7'}"),
                Arguments.of(new CatalogRequest.Position(), "{'type':'position'}"),
                Arguments.of(
                        new CatalogRequest.Open("l", 9, 7, "0a"),
                        "{'type':'open','log':'l','head':9,'as_of':7,'digest':'0a'}"),
                Arguments.of(
                        new CatalogRequest.Apply("e1", List.of(new CommittedOrder(10, "Tux", 5, "e1-7", "0b"))),
                        "{'type':'apply','epoch':'e1','orders':[{'number':10,'name':'Tux','quantity':5,'reservation':'e1-7','digest':'0b'}]}"),
                Arguments.of(new CatalogRequest.Activate("e1", 9), "{'type':'activate','epoch':'e1','head':9}"),
                Arguments.of(
                        new CatalogRequest.Put("Tux", new BigDecimal("16.5"), 7),
                        "{'type':'put','name':'Tux','price':16.5,'add':7}"),
                Arguments.of(new CatalogRequest.Put("Tux", null, -7), "{'type':'put','name':'Tux','add':-7}"),
                Arguments.of(new CatalogRequest.Stats(), "{'type':'stats'}"),
                Arguments.of(new OrdersRequest.Place("Tux", 5), "{'type':'place','name':'Tux','quantity':5}"),
                Arguments.of(
                        new OrdersRequest.Place("Tux", 5, "k"), "{'type':'place','name':'Tux','quantity':5,'key':'k'}"),
                Arguments.of(new OrdersRequest.Get(10), "{'type':'get','order_number':10}"),
                Arguments.of(new OrdersRequest.List(10L, 5), "{'type':'list','after':10,'limit':5}"),
                Arguments.of(new OrdersRequest.Stats(), "{'type':'stats'}"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void writesRequestsWithTheirTypeFirstAndReadsThemBack(ServiceRequest<?> request, String line) throws Exception {
        assertThat(MessageCodec.encode(request)).asString(UTF_8).isEqualTo(json(line) + "\n");
        ServiceRequest<?> read = request instanceof CatalogRequest<?> ? catalogRequest(line) : ordersRequest(line);
        assertThat(read).isEqualTo(request);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void addsATraceToARequestAndChangesNothingElse(ServiceRequest<?> request, String line) throws Exception {
        byte[] traced = MessageCodec.encode(request, "a/b:1");

        String expected = json(line.substring(0, line.length() - 1) + ",'trace':'a/b:1'}");
        assertThat(traced).asString(UTF_8).isEqualTo(expected + "\n");
        assertThat(MessageCodec.traceOf(expected.getBytes(UTF_8))).isEqualTo("a/b:1");
        ServiceRequest<?> read =
                request instanceof CatalogRequest<?> ? catalogRequest(expected) : ordersRequest(expected);
        assertThat(read).isEqualTo(request);
        assertThat(MessageCodec.encode(request, null)).isEqualTo(MessageCodec.encode(request));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'trace':'a','type':'get','name':'Tux'}|a",
                "{ 'type' : 'get' , 'trace' : 'a' }|a",
                "{'type':'put','more':{'trace':'b'},'other':[{'trace':'c'}],'trace':'a'}|a",
                "{'type':'get','name':'trace','trace':'a'}|a",
            })
    void findsATraceAnywhereInARequest(String line, String trace) {
        assertThat(MessageCodec.traceOf(line.replace('\'', '"').getBytes(UTF_8)))
                .isEqualTo(trace);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "'trace'",
                "['trace']",
                "{'trace'",
                "{'trace':'a",
                "{'type':'get','name':'Tux'}",
                "{'type':'get','name':'trace'}",
                "{'type':'get','more':{'trace':'a'}}",
                "{'type':'get','trace':''}",
                "{'type':'get','trace':7}",
                "{'type':'get','trace':null}",
                "{'type':'get','trace':true}",
                "{'type':'get','trace':['a']}",
                "{'type':'get','trace':{'trace':'a'}}",
                "{'type':'get','trace':'a b'}",
                "{'type':'get','trace':'a\\nb'}",
                "{'type':'get','trace':'\\u0000'}",
            })
    void ignoresAnInvalidTrace(String line) {
        assertThat(MessageCodec.traceOf(json(line).getBytes(UTF_8))).isNull();
    }

    @Test
    void ignoresATraceThatIsTooLong() {
        String line = "{'type':'get','trace':'" + "x".repeat(129) + "'}";

        assertThat(MessageCodec.traceOf(json(line).getBytes(UTF_8))).isNull();
    }

    @Test
    void omitsATraceThatDoesNotFitIntoTheLine() {
        int rest = "{'type':'list','after':'','limit':10}\n".length();
        int trace = ",'trace':'t'".length();
        for (int left = 0; left <= trace; left++) {
            var request = new CatalogRequest.List(null, "x".repeat(MessageCodec.MAX_LINE - rest - left), 10);

            assertThat(MessageCodec.encode(request, "t"))
                    .hasSize(MessageCodec.MAX_LINE - left + (left == trace ? trace : 0));
        }
    }

    static Stream<Arguments> repliesOfAnOlderVersion() {
        String traffic = "'traffic':{'connections':1,'served':2,'refused':3,'malformed':4}}";
        TrafficStats read = new TrafficStats(1, 2, 3, 4);
        return Stream.of(
                Arguments.of(
                        new CatalogStats(9, 50, 5000, 3, 17, true, null, null, 0, null, read),
                        "{'code':1,'uptime_seconds':9,'products':50,'units':5000,'reservations':3,'as_of':17,'ready':true,"
                                + traffic),
                Arguments.of(
                        new OrdersStats(9, 10, false, "why", null, 0, null, 0, null, read),
                        "{'code':1,'uptime_seconds':9,'orders':10,'ready':false,'problem':'why'," + traffic));
    }

    static Stream<Arguments> replies() {
        TrafficStats traffic = new TrafficStats(1, 2, 3, 4);
        String counted = "'traffic':{'connections':1,'served':2,'refused':3,'malformed':4}}";
        String product = "'name':'Tux','price':15.90,'quantity':100,'version':7}";
        String order = "'order_number':10,'name':'Tux','quantity':5,'price':15.90,'time':'2026-01-02T03:04:05.678Z'";
        return Stream.of(
                Arguments.of(TUX, "{'code':1," + product),
                Arguments.of(
                        new ProductPage(List.of(TUX), "Tux"), "{'code':1,'products':[{" + product + "],'next':'Tux'}"),
                Arguments.of(new ProductPage(List.of(), null), "{'code':1,'products':[]}"),
                Arguments.of(
                        new ReserveReply(new BigDecimal("15.90"), 95, 8),
                        "{'code':1,'price':15.90,'quantity':95,'version':8}"),
                Arguments.of(ORDER, "{'code':1," + order + "}"),
                Arguments.of(new OrderPage(List.of(ORDER), 10L), "{'code':1,'orders':[{" + order + "}],'next':10}"),
                Arguments.of(new OrderPage(List.of(), null), "{'code':1,'orders':[]}"),
                Arguments.of(new PlaceReply(ORDER, 8), "{'code':1," + order + ",'version':8}"),
                Arguments.of(
                        new CatalogStats(9, 50, 5000, 3, 17, true, null, "e1", 2, ORDER.time(), traffic),
                        "{'code':1,'uptime_seconds':9,'products':50,'units':5000,'reservations':3,'as_of':17,'ready':true,"
                                + "'epoch':'e1','epochs':2,'last_checkpoint':'2026-01-02T03:04:05.678Z',"
                                + counted),
                Arguments.of(new OpenReply("e1", 17), "{'code':1,'epoch':'e1','as_of':17}"),
                Arguments.of(new CatalogPosition(17), "{'code':1,'as_of':17}"),
                Arguments.of(new RefreshReply(), "{'code':1}"),
                Arguments.of(
                        new OrdersStats(9, 10, true, null, "e1", 2, 8L, 4711, new RecoveryStats(7, 100, 4), traffic),
                        "{'code':1,'uptime_seconds':9,'orders':10,'ready':true,'epoch':'e1','epochs':2,'as_of':8,"
                                + "'log_bytes':4711,'recovery':{'orders':7,'torn_bytes':100,'millis':4},"
                                + counted));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void writesRepliesWithTheirCodeFirstAndReadsThemBack(Reply reply, String line) throws Exception {
        assertThat(MessageCodec.encode(reply)).asString(UTF_8).isEqualTo(json(line) + "\n");
        assertThat((Object)
                        MessageCodec.decodeReply(reply.getClass(), json(line).getBytes(UTF_8)))
                .isEqualTo(reply);
    }

    @ParameterizedTest
    @MethodSource("repliesOfAnOlderVersion")
    void readsRepliesOfAnOlderVersion(Reply reply, String line) throws Exception {
        assertThat((Object)
                        MessageCodec.decodeReply(reply.getClass(), json(line).getBytes(UTF_8)))
                .isEqualTo(reply);
    }

    @Test
    void carriesARefusalWithItsReason() {
        byte[] line = MessageCodec.encode(Refusal.outOfStock(5, 3));

        assertThat(line)
                .asString(UTF_8)
                .isEqualTo(json("{'code':404,'message':'out of stock: 5 wanted, 3 available',"
                        + "'reason':'out_of_stock','available':3}\n"));
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> MessageCodec.decodeReply(ReserveReply.class, line));
        assertThat(refused.refusal()).isEqualTo(Refusal.outOfStock(5, 3));
    }

    @Test
    void ignoresUnknownFieldsAndReasons() throws Exception {
        assertThat(catalogRequest("{'new':[1,{}],'name':'Tux','type':'get','trace':'t'}"))
                .isEqualTo(new CatalogRequest.Get("Tux"));
        byte[] refusal = json("{'code':404,'message':'no','reason':'bad_weather','more':1}")
                .getBytes(UTF_8);
        RefusedException refused = catchThrowableOfType(
                RefusedException.class, () -> MessageCodec.decodeReply(ReserveReply.class, refusal));
        assertThat(refused.refusal()).isEqualTo(new Refusal(404, "no", null, null));
    }

    @Test
    void listsTheFirstHundredByDefault() throws Exception {
        assertThat(catalogRequest("{'type':'list'}")).isEqualTo(new CatalogRequest.List(null, null, 100));
        assertThat(ordersRequest("{'type':'list'}")).isEqualTo(new OrdersRequest.List(0L, 100));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|expected a JSON object",
                "nope|expected a JSON object",
                "null|expected a JSON object",
                "[1]|expected a JSON object",
                "{'type':'get'|not JSON: Unexpected end-of-input",
                "{type:1}|not JSON: Unexpected character",
                "{}|type is missing; expected one of activate, apply, get, list, open, position, put, refresh, reserve, stats",
                "{'type':'buy'}|type is buy; expected one of activate, apply, get, list, open, position, put, "
                        + "refresh, reserve, stats",
                "{'type':'get'}|name is missing",
                "{'type':'get','name':7}|name: expected a string",
                "{'type':'get','name':''}|name has 0 characters; expected 1 to 200",
                "{'type':'get','name':'a\\nb'}|name contains the character U+000A",
                "{'type':'reserve','name':'Tux'}|quantity is 0; expected a whole number from 1 to 1000000",
                "{'type':'reserve','name':'Tux','quantity':'5'}|quantity: expected a whole number",
                "{'type':'reserve','name':'Tux','quantity':1.5}|quantity: expected a whole number, in digits alone",
                "{'type':'reserve','name':'Tux','quantity':5.0}|quantity: expected a whole number, in digits alone",
                "{'type':'reserve','name':'Tux','quantity':5e0}|quantity: expected a whole number, in digits alone",
                "{'type':'reserve','name':'Tux','quantity':1e1000000000}|quantity: expected a whole number, in "
                        + "digits alone",
                "{'type':'reserve','name':'Tux','quantity':true}|quantity: expected a whole number",
                "{'type':'reserve','name':'Tux','quantity':null}|quantity: expected a whole number",
                "{'type':'reserve','name':'Tux','quantity':99999999999}|quantity: expected a whole number up to "
                        + "2147483647",
                "{'type':'reserve','name':'Tux','quantity':1}|epoch is missing",
                "{'type':'reserve','name':'Tux','quantity':1,'epoch':'e e','reservation':'r'}|epoch contains "
                        + "the character U+0020",
                "{'type':'open','log':'l','head':-1}|head is -1; expected a whole number from 0",
                "{'type':'apply','epoch':'e','orders':[{'number':0}]}|orders[0]: order_number is 0",
                "{'type':'put','name':'Tux','price':1e2147483648}|price: expected a number with a smaller exponent",
                "{'type':'put','name':'Tux','price':1e-99999999999}|price: expected a number with a smaller exponent",
                "{'type':'put','name':'Tux','add':-1000000001}|add is -1000000001; expected a whole number from "
                        + "-1000000000 to 1000000000",
                "{'type':'list','prefix':'a\\nb'}|prefix contains the character U+000A",
                "{'type':'list','limit':0}|limit is 0; expected a whole number from 1 to 1000",
                "{'type':'stats'}{}|expected a JSON object",
            })
    void describesTheErrorInARequest(String line, String complaint) {
        assertThatThrownBy(() -> catalogRequest(line))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith(complaint);
    }

    @Test
    void refusesANumberThatIsTooLong() {
        for (String field : List.of("price", "add")) {
            assertThatThrownBy(() ->
                            catalogRequest("{'type':'put','name':'Tux','" + field + "':" + "1".repeat(1001) + "}"))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessage("Number value length (1001) exceeds the maximum allowed (1000)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|a reply must begin with a numeric code",
                "[]|a reply must begin with a numeric code",
                "{'price':1,'code':1}|a reply must begin with a numeric code",
                "{'code':'1'}|a reply must begin with a numeric code",
                "{'code':1,'name':'Tux','price':'x'}|price: expected a number",
                "{'code':1,'name':'Tux','price':1|not JSON",
                "{'code':1}|a reply with nothing but its code",
            })
    void describesTheErrorInAReply(String line, String complaint) {
        assertThatThrownBy(
                        () -> MessageCodec.decodeReply(Product.class, json(line).getBytes(UTF_8)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith(complaint);
    }

    @Test
    void refusesAReservationWithoutAPrice() {
        assertThatThrownBy(() -> MessageCodec.decodeReply(
                        ReserveReply.class,
                        json("{'code':1,'quantity':5,'version':8}").getBytes(UTF_8)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("price is missing");
    }

    @Test
    void repeatsOnlyTheBeginningOfAVeryLongType() {
        assertThatThrownBy(() -> catalogRequest("{'type':'" + "a".repeat(65_000) + "'}"))
                .hasMessage(
                        "type is " + "a".repeat(100)
                                + "…; expected one of activate, apply, get, list, open, position, put, refresh, reserve, stats, watch");
    }

    @Test
    void doesNotSplitACharacterOfAVeryLongType() {
        MalformedMessageException e = catchThrowableOfType(
                MalformedMessageException.class,
                () -> catalogRequest("{'type':'" + "a".repeat(99) + "\uD83E\uDDF8".repeat(10) + "'}"));

        assertThat(e).hasMessageStartingWith("type is " + "a".repeat(99) + "\uD83E\uDDF8…; expected one of ");
        assertThat(new String(MessageCodec.encode(Refusal.notUnderstood(e.getMessage())), UTF_8))
                .contains("\uD83E\uDDF8…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'get','name':NaN}", "{'type':'get',/**/'name':'x'}", "{'type':'get','name':01}"})
    void omitsTheAdviceOfJacksonForProgrammers(String line) {
        assertThatThrownBy(() -> catalogRequest(line))
                .message()
                .contains("not JSON: ")
                .doesNotContain("`", "Feature", "enable");
    }

    private static CatalogRequest<?> catalogRequest(String line) throws MalformedMessageException {
        return MessageCodec.decodeRequest(CatalogRequest.class, json(line).getBytes(UTF_8));
    }

    private static OrdersRequest<?> ordersRequest(String line) throws MalformedMessageException {
        return MessageCodec.decodeRequest(OrdersRequest.class, json(line).getBytes(UTF_8));
    }

    /** Lets a test write JSON with single quotes. */
    private static String json(String singleQuoted) {
        return singleQuoted.replaceAll("(?<=[{\\[:,])'|'(?=[}\\],:])", "\"");
    }
}
