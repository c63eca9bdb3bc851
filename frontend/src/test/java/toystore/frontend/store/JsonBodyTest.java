package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.frontend.http.OverEveryTransport;
import toystore.frontend.http.TestTransport;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.PutReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.net.MessageServer;

/** Accepted and refused bodies of requests. An accepted body gets 201. */
@OverEveryTransport
class JsonBodyTest {
    private static final String NAME = "{\"name\":\"Tux\",\"quantity\":5,\"x\":";

    private MessageServer<CatalogRequest<?>> catalog;
    private MessageServer<OrdersRequest<?>> orders;
    private Backends backends;
    private final TestTransport transport;
    private TestFrontend frontend;

    JsonBodyTest(TestTransport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws IOException {
        catalog = new MessageServer<>("catalog", TestFrontend.ANY_PORT, CatalogRequest.class);
        catalog.start(JsonBodyTest::catalog);
        orders = new MessageServer<>("orders", TestFrontend.ANY_PORT, OrdersRequest.class);
        orders.start(JsonBodyTest::orders);
        backends = TestFrontend.backends(catalog.address(), orders.address());
        frontend = new TestFrontend(backends, transport);
    }

    @AfterEach
    void stop() {
        frontend.close();
        backends.close();
        catalog.close();
        orders.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"Tux\",\"quantity\":5}",
                " \t\r\n{ \"quantity\" : 5 , \"name\" : \"Tux\" } \n",
                "{\"name\":\"\\u0054ux\",\"quantity\":1000000}",
                "{\"name\":\"\\ud83d\\udc27 Größe\",\"quantity\":1}",
                "{\"name\":\"Tux\",\"quantity\":5.0}",
                "{\"name\":\"Tux\",\"quantity\":5e0}",
                "{\"name\":\"Tux\",\"quantity\":500e-2}",
                "{\"name\":\"Tux\",\"quantity\":1e6}",
                "{\"name\":\"Tux\",\"quantity\":5.00000000000000000000000000000000000000}",
            })
    void takesAnObject(String body) throws Exception {
        assertThat(frontend.order(body).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|the body is empty; expected a JSON object",
                "' \t\n'|the body is empty; expected a JSON object",
                "[]|the body is a list; expected a JSON object",
                "null|the body is null; expected a JSON object",
                "7|the body is a number; expected a JSON object",
                "-7e5|the body is a number; expected a JSON object",
                "\"Tux\"|the body is a string; expected a JSON object",
                "true|the body is true; expected a JSON object",
                "false|the body is false; expected a JSON object",
                "[{\"name\":\"Tux\",\"quantity\":1}]|the body is a list; expected a JSON object",
                "Tux|the body is not JSON: Unrecognized token 'Tux'",
                "{\"name\":\"Tux\",\"quantity\":1}{}|the body has more than one JSON value, in line 1, column "
                        + "28; expected one JSON object",
                "{\"name\":\"Tux\",\"quantity\":1} 5|the body has more than one JSON value, in line 1, column "
                        + "29; expected one JSON object",
                "{\"name\":\"Tux\",\"quantity\":1} x|the body is not JSON: Unrecognized token 'x'",
                "{\"name\":\"Tux\",\"quantity\":1}]|the body is not JSON: Unexpected close marker ']'",
                "{\"name\":\"Tux\",\"name\":\"Fox\",\"quantity\":1}|the body is not JSON: Duplicate",
                "{\"name\":\"Tux\",\"quantity\":1,\"x\":{\"y\":1,\"y\":2}}|the body is not JSON: Duplicate",
                "{\"name\":\"Tux\",\"quantity\":1,}|the body is not JSON: Unexpected character ('}' (code 125))",
                "{\"name\":\"Tux\",\"quantity\":1,\"x\":[1,]}|the body is not JSON: Unexpected character (']' "
                        + "(code 93))",
                "{\"name\":\"Tux\",\"quantity\":NaN}|the body is not JSON: Non-standard token 'NaN', in line 1, "
                        + "column ",
                "{\"name\":\"Tux\",\"quantity\":-Infinity}|the body is not JSON: Non-standard token "
                        + "'-Infinity', in line",
                "{\"name\":\"Tux\",\"quantity\":+1}|the body is not JSON: Unexpected character ('+' (code 43)) "
                        + "in numeric value: JSON spec does not allow",
                "{\"name\":\"Tux\",\"quantity\":01}|the body is not JSON: Invalid numeric value: Leading zeroes "
                        + "not allowed",
                "{\"name\":\"Tux\",\"quantity\":1.}|the body is not JSON: Unexpected character ('}' (code 125)) "
                        + "in numeric value",
                "{\"name\":\"Tux\",\"quantity\":0x1}|the body is not JSON: Unexpected character ('x' (code 120))",
                "{\"name\":\"Tux\",\"quantity\":1/*!*/}|the body is not JSON: Unexpected character ('/' (code "
                        + "47)), in line",
                "{\"name\":\"Tux\",\"quantity\":1}//|the body is not JSON: Unexpected character ('/' (code "
                        + "47)), in line",
                "{\"name\":\"Tux\",\"quantity\":1}#|the body is not JSON: Unexpected character ('#' (code 35)): "
                        + "expected",
                "{name:\"Tux\",\"quantity\":1}|the body is not JSON: Unexpected character ('n' (code 110))",
                "{\"name\":\"T\u0001ux\",\"quantity\":1}|the body is not JSON: Illegal unquoted character",
                "{\"name\":\"\\x\",\"quantity\":1}|the body is not JSON: Unrecognized character escape 'x'",
                "{\"name\":\"Tux\"|the body is not JSON: Unexpected end-of-input",
                "\uFEFF{\"name\":\"Tux\",\"quantity\":1}|the body begins with a byte order mark; expected a "
                        + "JSON object",
            })
    void saysWhyABodyIsNotTaken(String body, String message) throws Exception {
        HttpResponse<String> response = frontend.order(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .startsWith("{\"error\":{\"code\":400,\"message\":\"" + message.replace("\"", "\\\""))
                .doesNotContain("Feature", "enable", "ALLOW");
    }

    @Test
    void quotesOnlyTheBeginningOfInvalidJson() throws Exception {
        String name = "\"" + "x".repeat(4000) + "\\u009b\":1";
        for (String body :
                List.of("{" + name + "," + name + "}", "x".repeat(60_000), "{\"x\":\u009b" + "x".repeat(60_000))) {
            assertThat(frontend.order(body).body())
                    .startsWith("{\"error\":{\"code\":400,\"message\":\"the body is not JSON: ")
                    .contains(", in line 1, column ")
                    .hasSizeLessThan(400)
                    .doesNotContain("\u009b");
        }
    }

    @Test
    void namesThePlaceWhereABodyEndsEarly() throws Exception {
        assertThat(frontend.order("{\"name\":\"Tux\"\n").body())
                .contains("\"the body is not JSON: Unexpected end-of-input: expected close marker for Object,"
                        + " in line 2, column 1\"");
    }

    @Test
    void refusesMalformedUtf8() throws Exception {
        byte[] latin = "{\"name\":\"Größe\",\"quantity\":1}".getBytes(ISO_8859_1);
        byte[] surrogate = "{\"name\":\"\u00ed\u00a0\u0080\",\"quantity\":1}".getBytes(ISO_8859_1);
        byte[] overlong = "{\"name\":\"\u00c0\u00af\",\"quantity\":1}".getBytes(ISO_8859_1);

        for (byte[] body : new byte[][] {latin, surrogate, overlong, "{}".getBytes(UTF_16)}) {
            HttpResponse<String> response = frontend.send(json().POST(BodyPublishers.ofByteArray(body)));
            assertThat(response.body()).isEqualTo("{\"error\":{\"code\":400,\"message\":\"the body is not UTF-8\"}}\n");
        }
    }

    /** Without a byte order mark, these bytes are well-formed UTF-8 with many U+0000. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
    void refusesOtherCharsets(String charset) throws Exception {
        byte[] whole = "{\"name\":\"Tux\",\"quantity\":1}".getBytes(Charset.forName(charset));

        for (byte[] body : new byte[][] {whole, Arrays.copyOf(whole, 6), {0, 0, 0, '{', 0, 0x11, 0, 0}}) {
            HttpResponse<String> response = frontend.send(json().POST(BodyPublishers.ofByteArray(body)));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("the body is no").doesNotContain("UTF-16", "UTF-32");
        }
    }

    @Test
    void enforcesItsLimits() throws Exception {
        assertRefused(
                "[".repeat(16) + "]".repeat(16),
                "17 levels of objects and arrays; expected at most 16, in line 1, column ");
        assertRefused("[".repeat(30_000), "17 levels of objects and arrays");
        assertRefused("{\"y\":".repeat(9_000), "17 levels of objects and arrays");
        assertRefused("1".repeat(41), "41 characters in a number; expected at most 40");
        assertRefused("-0." + "3".repeat(60_000), "60003 characters in a number; expected at most 40");
        assertRefused("\"" + "x".repeat(4097) + "\"", "4097 characters in a string; expected at most 4096");
        assertRefused("\"" + "x".repeat(60_000) + "\"", "60000 characters in a string");
        assertRefused("{\"" + "x".repeat(60_000) + "\":1}", "60000 characters in a string");
        assertRefused("\"\\ud800\"", "half a surrogate pair, U+D800, in a string; expected both");
        assertRefused("\"\\udc00\\ud800\"", "half a surrogate pair, U+DC00, in a string; expected both");
        assertThat(frontend.order("{\"\\ud800\":1}").body()).contains("\"code\":400", "Broken surrogate pair");
    }

    private void assertRefused(String value, String message) throws Exception {
        assertThat(frontend.order(NAME + value + "}").body())
                .startsWith("{\"error\":{\"code\":400,\"message\":\"the body has " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"quantity\":1}|name is missing; expected a string",
                "{\"name\":7,\"quantity\":1}|name is 7; expected a string",
                "{\"name\":null,\"quantity\":1}|name is null; expected a string",
                "{\"name\":[\"Tux\"],\"quantity\":1}|name is [\"Tux\"]; expected a string",
                "{\"name\":\"\",\"quantity\":1}|name has 0 characters; expected 1 to 200",
                "{\"name\":\"\\u0000\",\"quantity\":1}|name contains the character U+0000",
                "{\"name\":\"\\ud800\",\"quantity\":1}|the body has half a surrogate pair, U+D800",
                "{\"name\":\"Tux\"}|quantity is missing; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":null}|quantity is null; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":\"5\"}|quantity is \"5\"; expected",
                "{\"name\":\"Tux\",\"quantity\":true}|quantity is true; expected",
                "{\"name\":\"Tux\",\"quantity\":{}}|quantity is {}; expected",
                "{\"name\":\"Tux\",\"quantity\":1.5}|quantity is 1.5; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":5e-1}|quantity is 0.5; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":5.0000000000000000000000000000000000001}|quantity is 5.0",
                "{\"name\":\"Tux\",\"quantity\":1e7}|quantity is 1E+7; expected",
                "{\"name\":\"Tux\",\"quantity\":1e999}|quantity is 1E+999; expected",
                "{\"name\":\"Tux\",\"quantity\":1e-999}|quantity is 1E-999; expected",
                "{\"name\":\"Tux\",\"quantity\":1e400}|quantity is 1E+400; expected",
                "{\"name\":\"Tux\",\"quantity\":1e1000000000}|the body has 10 digits in an exponent",
                "{\"name\":\"Tux\",\"quantity\":1e99999999999}|the body has 11 digits in an exponent",
                "{\"name\":\"Tux\",\"quantity\":1e-99999999999}|the body has 11 digits in an exponent",
                "{\"name\":\"Tux\",\"quantity\":0}|quantity is 0; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":-0}|quantity is 0; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":-0.0}|quantity is 0.0; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":-5}|quantity is -5; expected",
                "{\"name\":\"Tux\",\"quantity\":1000001}|quantity is 1000001; expected",
                "{\"name\":\"Tux\",\"quantity\":4294967301}|quantity is 4294967301; expected",
                "{\"name\":\"Tux\",\"quantity\":99999999999999999999}|quantity is 99999999999999999999; expected",
                "{\"name\":\"Tux\",\"quantity\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}|quantity is "
                        + "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,…; expected",
            })
    void namesTheErrorInAnOrder(String body, String message) throws Exception {
        HttpResponse<String> response = frontend.order(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .startsWith("{\"error\":{\"code\":400,\"message\":\"" + message.replace("\"", "\\\""))
                .doesNotContain("in digits");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x|unknown field \"x\"; expected name, quantity",
                "''|unknown field \"\"; expected name, quantity",
                "Name|unknown field \"Name\"; expected name, quantity",
                "a\\n\\u202e\\u009bb|unknown field \"a???b\"; expected name, quantity",
            })
    void namesTheUnknownFieldOfAnOrder(String field, String message) throws Exception {
        for (String value : List.of("1", "null", "[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]", "1e999", "{\"name\":\"Tux\"}")) {
            HttpResponse<String> response =
                    frontend.order("{\"name\":\"Tux\",\"quantity\":5,\"" + field + "\":" + value + "}");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("\"message\":\"" + message.replace("\"", "\\\"") + "\"");
        }
    }

    @Test
    void quotesOnlyTheBeginningOfALongUnknownField() throws Exception {
        assertThat(frontend.order("{\"" + "x".repeat(4096) + "\":1}").body())
                .contains("unknown field \\\"" + "x".repeat(60) + "…\\\"; expected name, quantity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"price\":1,\"ad\":5}", "{\"ad\":5}", "{\"price\":1,\"add\":5,\"ad\":null}"})
    void changesNothingWhenAFieldIsMisspelt(String body) throws Exception {
        HttpResponse<String> response = frontend.put("/products/Tux", body, "Bearer " + TestFrontend.ADMIN_TOKEN);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("unknown field \\\"ad\\\"; expected price, add");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "-0.0", "0e999", "7.0", "7e0", "70e-1", "1e9", "-7", "-7.0", "-70e-1", "-1e9"})
    void acceptsAnyFormOfAWholeNumberToAdd(String add) throws Exception {
        assertThat(frontend.put("/products/Tux", "{\"add\":" + add + "}", "Bearer " + TestFrontend.ADMIN_TOKEN)
                        .statusCode())
                .isEqualTo(200);
    }

    /** The catalog decides how many digits a price may have. */
    @ParameterizedTest
    @ValueSource(strings = {"1.00001", "1e-999", "0.0000000000000000000000000000000000001", "2E1"})
    void forwardsPricesWithAnyDigits(String price) throws Exception {
        assertThat(frontend.put("/products/Tux", "{\"price\":" + price + "}", "Bearer " + TestFrontend.ADMIN_TOKEN)
                        .body())
                .contains("the catalog was asked for " + new BigDecimal(price));
    }

    @Test
    void abbreviatesAValueBetweenTwoCharactersOnly() throws Exception {
        assertThat(frontend.order("{\"name\":\"Tux\",\"quantity\":\"" + "x".repeat(38) + "\ud83d\udc27\ud83d\udc27\"}")
                        .body())
                .contains("quantity is \\\"" + "x".repeat(38) + "\ud83d\udc27…; expected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|price and add are missing; expected one of them or both",
                "{\"price\":\"1\"}|price is \"1\"; expected a number",
                "{\"price\":null}|price is null; expected a number",
                "{\"price\":-1}|price is -1; expected 0 to 1000000000",
                "{\"price\":1e999}|price is 1E+999; expected 0 to 1000000000",
                "{\"price\":-1e-999}|price is -1E-999; expected 0 to 1000000000",
                "{\"price\":1e1000000000}|the body has 10 digits in an exponent",
                "{\"price\":1e-1000000000}|the body has 10 digits in an exponent",
                "{\"add\":1e1000000000}|the body has 10 digits in an exponent",
                "{\"add\":-1000000001}|add is -1000000001; expected a whole number from -1000000000 to 1000000000",
                "{\"add\":1.5}|add is 1.5; expected a whole number",
                "{\"add\":null}|add is null; expected a whole number",
                "{\"add\":5000000000}|add is 5000000000; expected a whole number",
            })
    void namesTheErrorInAChange(String body, String message) throws Exception {
        HttpResponse<String> response = frontend.put("/products/Tux", body, "Bearer " + TestFrontend.ADMIN_TOKEN);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .startsWith("{\"error\":{\"code\":400,\"message\":\"" + message.replace("\"", "\\\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json;charset=utf-8",
                "application/json ; Charset=UTF-8",
                "application/json; charset=\"utf-8\"",
                "application/json; charset=\"u\\tf-8\"",
                "application/json; v=1; charset=utf-8; q=\"a;\\\"b\"",
                "application/json;",
                "application/json; ; charset=utf-8",
            })
    void acceptsJson(String type) throws Exception {
        assertThat(frontend.send(orderAs("Content-Type", type)).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/jsonp",
                "application/json+x",
                "text/json",
                "application",
                "application/",
                "application / json",
                "application/json, application/json",
                "application/json charset=utf-8",
                "application/json; charset",
                "application/json; charset=",
                "application/json; charset =utf-8",
                "application/json; charset= utf-8",
                "application/json; charset=\"utf-8",
                "application/json; charset=\"utf-8\"x",
                "application/json; charset=utf-8; charset=utf-8",
                "application/json; charset=iso-8859-1",
                "application/json; charset=utf-16",
                "application/json; charset=utf8",
            })
    void refusesOtherMediaTypes(String type) throws Exception {
        HttpResponse<String> response = frontend.send(orderAs("Content-Type", type));

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body())
                .contains("the field Content-Type is \\\""
                        + type.replace("\\", "\\\\").replace("\"", "\\\"") + "\\\"; expected application/json");
    }

    @Test
    void requiresOneContentType() throws Exception {
        HttpRequest.Builder without = frontend.request("/orders").POST(BodyPublishers.ofString("{}"));
        assertThat(frontend.send(without).statusCode()).isEqualTo(415);

        HttpResponse<String> twice =
                frontend.send(orderAs("Content-Type", "application/json").header("Content-Type", "application/json"));
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(twice.body()).contains("the field Content-Type is given 2 times");
    }

    @Test
    void parsesNamesWithCollidingHashes() throws Exception {
        StringBuilder body = new StringBuilder("{\"name\":\"Tux\",\"quantity\":1");
        for (int i = 0; i < 256; i++) {
            body.append(",\"");
            for (int bit = 0; bit < 8; bit++) {
                body.append((i >> bit & 1) == 0 ? "a~" : "b]");
            }
            body.append("\":1");
        }

        assertThat(frontend.order(body.append('}').toString()).body()).contains("unknown field \\\"a~a~a~");
    }

    @Test
    void parsesALongContentTypeQuickly() throws Exception {
        String quoted = "application/json; x=\"" + "\\a".repeat(3900) + "\"";

        assertThat(frontend.send(orderAs("Content-Type", quoted)).statusCode()).isEqualTo(201);
        assertThat(frontend.send(orderAs("Content-Type", quoted + "\"")).statusCode())
                .isEqualTo(415);
        assertThat(frontend.send(orderAs("Content-Type", "application/json" + "; ".repeat(4000) + "="))
                        .statusCode())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({"identity,201", "Identity,201", "gzip,415", "'identity, gzip',415", "'identity,',415", "x,415"})
    void refusesCodedContent(String coding, int status) throws Exception {
        HttpResponse<String> response =
                frontend.send(orderAs("Content-Type", "application/json").header("Content-Encoding", coding));

        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 415) {
            assertThat(response.body())
                    .contains("the field Content-Encoding is \\\"" + coding + "\\\"; expected none, or");
            assertThat(response.headers().firstValue("Accept-Encoding")).hasValue("identity");
        }
    }

    private HttpRequest.Builder orderAs(String field, String value) {
        return frontend.request("/orders")
                .header(field, value)
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":5}"));
    }

    private HttpRequest.Builder json() {
        return frontend.request("/orders").header("Content-Type", "application/json");
    }

    private static Reply catalog(CatalogRequest<?> request) throws RefusedException {
        CatalogRequest.Put put = (CatalogRequest.Put) request;
        if (put.price() != null) {
            throw new RefusedException(Refusal.notUnderstood("the catalog was asked for " + put.price()));
        }
        return new PutReply(put.name(), BigDecimal.ONE, Math.abs(put.add()), 1, false);
    }

    private static Reply orders(OrdersRequest<?> request) {
        OrdersRequest.Place post = (OrdersRequest.Place) request;
        return new PlaceReply(new Order(10, post.name(), post.quantity(), BigDecimal.ONE, Instant.EPOCH), 8);
    }
}
