package toystore.client;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import toystore.client.Latencies.Kind;

/** Writes a summary as a JSON object, which docs/operations.md describes. Times are rounded to microseconds. */
final class SummaryJson {
    private static final int MAX_MISMATCHES = 20;

    private SummaryJson() {}

    /** The object, in one line. */
    static String of(Summary summary) {
        Latencies overall = summary.overall();
        ObjectNode json = JsonMapper.shared().createObjectNode();
        putSettings(json.putObject("settings"), summary.config());
        json.put("seconds", seconds(summary.took()));
        json.put("cut_short", summary.cutShort());
        json.put("rounds", summary.rounds());
        json.put("sold_out_rounds", summary.soldOutRounds());
        ObjectNode requests = json.putObject("requests");
        for (Kind kind : Kind.values()) {
            putLatencies(requests.putObject(kind.key()), overall, kind);
        }
        ArrayNode shoppers = json.putArray("shoppers");
        summary.shoppers().forEach(shopper -> putShopper(shoppers.addObject(), shopper.latencies()));
        json.putObject("failures")
                .put("count", overall.failed())
                .put("first", overall.firstFailure().orElse(null));
        json.put("unsolicited", overall.unsolicited());
        json.put("orders", summary.orders());
        json.put("read_back", summary.readBack());
        json.put("sent_again", summary.sentAgain());
        List<String> mismatches = summary.mismatches();
        json.put("mismatched", mismatches.size());
        ArrayNode list = json.putArray("mismatches");
        mismatches.stream().limit(MAX_MISMATCHES).forEach(list::add);
        return json.toString();
    }

    private static void putSettings(ObjectNode json, ClientConfig config) {
        json.put("store", config.store().toString());
        json.put("clients", config.clients());
        json.put("probability", config.probability());
        json.put("iterations", config.iterations());
        json.put("warmup_seconds", seconds(config.warmUp()));
        json.put("think_time_seconds", seconds(config.thinkTime()));
        json.put("keys", config.keys());
        json.put("seed", config.seed());
    }

    private static void putLatencies(ObjectNode json, Latencies latencies, Kind kind) {
        long count = latencies.count(kind);
        json.put("count", count);
        json.put("average_ms", rounded(latencies.average(kind), count));
        json.put("p50_ms", rounded(latencies.percentile(kind, 50), count));
        json.put("p90_ms", rounded(latencies.percentile(kind, 90), count));
        json.put("p99_ms", rounded(latencies.percentile(kind, 99), count));
        json.put("max_ms", rounded(latencies.percentile(kind, 100), count));
    }

    private static void putShopper(ObjectNode json, Latencies latencies) {
        long queries = latencies.count(Kind.QUERY);
        long orders = latencies.count(Kind.ORDER);
        json.put("average_ms", rounded(latencies.average(), queries + orders));
        json.put("queries", queries);
        json.put("orders", orders);
        json.put("sold_out", latencies.count(Kind.SOLD_OUT));
        json.put("failed", latencies.failed());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /** Milliseconds with three decimals; null if the count is 0. */
    private static Double rounded(double millis, long count) {
        return count == 0 ? null : Math.round(millis * 1000) / 1000.0;
    }
}
