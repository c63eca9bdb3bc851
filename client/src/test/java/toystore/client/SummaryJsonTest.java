package toystore.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import toystore.client.Latencies.Kind;
import toystore.client.StoreClient.Receipt;
import toystore.client.http.Origin;
import toystore.common.Address;

class SummaryJsonTest {
    private final ShopperRecord record = new ShopperRecord(new ShoppingProgress(1, 1));

    @Test
    void hasSettingsLatenciesAndResultsInSnakeCase() {
        record.onResponse(Kind.QUERY, Duration.ofMillis(1).toNanos());
        record.onResponse(Kind.QUERY, Duration.ofMillis(3).toNanos());
        record.addOrder(receipt(1, 5));
        record.addReadBack(receipt(1, 5), receipt(1, 4));
        record.addFailure("status 503");
        record.onUnsolicited();
        record.addSentAgain();
        record.addRound();

        assertThat(json()).isEqualToIgnoringWhitespace("""
                {"settings":{"store":"127.0.0.1:8080","clients":1,"probability":0.75,"iterations":100,
                  "warmup_seconds":1.0,"think_time_seconds":0.05,"keys":true,"seed":7},
                 "seconds":2.5,"cut_short":false,"rounds":1,"sold_out_rounds":0,
                 "requests":{
                  "query":{"count":2,"average_ms":2.0,"p50_ms":1.0,"p90_ms":3.0,"p99_ms":3.0,"max_ms":3.0},
                  "order":{"count":0,"average_ms":null,"p50_ms":null,"p90_ms":null,"p99_ms":null,"max_ms":null},
                  "sold_out":{"count":0,"average_ms":null,"p50_ms":null,"p90_ms":null,"p99_ms":null,"max_ms":null},
                  "look_up":{"count":0,"average_ms":null,"p50_ms":null,"p90_ms":null,"p99_ms":null,"max_ms":null}},
                 "shoppers":[{"average_ms":2.0,"queries":2,"orders":0,"sold_out":0,"failed":1}],
                 "failures":{"count":1,"first":"status 503"},"unsolicited":1,
                 "orders":1,"read_back":1,"sent_again":1,"mismatched":1,
                 "mismatches":["order 1 was acknowledged as
                   Receipt[orderNumber=1, name=Tux, quantity=5, price=15.99, time=2026-01-02T03:04:05Z] and is now
                   Receipt[orderNumber=1, name=Tux, quantity=4, price=15.99, time=2026-01-02T03:04:05Z]"]}
                """);
    }

    @Test
    void listsTwentyMismatchesAndCountsThemAll() throws IOException {
        IntStream.range(0, 100).forEach(i -> record.addReadBack(receipt(i, 5), receipt(i, 4)));

        var json = JsonMapper.shared().readTree(json());

        assertThat(json.get("mismatched").intValue()).isEqualTo(100);
        assertThat(json.get("mismatches").size()).isEqualTo(20);
        assertThat(json.get("failures").get("first").isNull()).isTrue();
    }

    private String json() {
        ClientConfig config = new ClientConfig(
                Origin.http(new Address("127.0.0.1", 8080)),
                1,
                0.75,
                100,
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                true,
                7);
        return SummaryJson.of(new Summary(config, List.of(record.result()), Duration.ofMillis(2500), false, 0));
    }

    private static Receipt receipt(int number, int quantity) {
        return new Receipt(number, "Tux", quantity, new BigDecimal("15.99"), Instant.parse("2026-01-02T03:04:05Z"));
    }
}
