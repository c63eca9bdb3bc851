package toystore.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import toystore.client.Latencies.Kind;
import toystore.common.json.JsonMappers;

/** A summary as a JSON object for programs; docs/operations.md describes it. Times are rounded to a microsecond. */
final class SummaryJson {
    private static final JsonMapper MAPPER = JsonMappers.builder()
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.ALWAYS))
            .build();

    /** A store that forgets everything is understood from a few. */
    private static final int SHOWN = 20;

    private SummaryJson() {}

    private record Form(
            Settings settings,
            double seconds,
            boolean cutShort,
            long rounds,
            long soldOutRounds,
            Map<String, Times> requests,
            List<Shopper> shoppers,
            Failures failures,
            long unsolicited,
            long orders,
            long readBack,
            long sentAgain,
            long mismatched,
            List<String> mismatches) {}

    private record Settings(
            String store,
            int clients,
            double probability,
            int iterations,
            double warmupSeconds,
            double thinkTimeSeconds,
            boolean keys,
            long seed) {}

    /** In milliseconds; null if there is none. */
    private record Times(long count, Double averageMs, Double p50Ms, Double p90Ms, Double p99Ms, Double maxMs) {}

    private record Shopper(Double averageMs, long queries, long orders, long soldOut, long failed) {}

    private record Failures(long count, String first) {}

    /** The object, in one line. */
    static String of(Summary summary) {
        Latencies overall = summary.overall();
        Map<String, Times> requests = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            requests.put(kind.name().toLowerCase(Locale.ROOT), times(overall, kind));
        }
        return MAPPER.writeValueAsString(new Form(
                settings(summary.config()),
                seconds(summary.took()),
                summary.cutShort(),
                summary.rounds(),
                summary.soldOutRounds(),
                requests,
                summary.shoppers().stream().map(SummaryJson::shopper).toList(),
                new Failures(overall.failed(), overall.firstFailure().orElse(null)),
                overall.unsolicitedCount(),
                summary.orders(),
                summary.readBack(),
                summary.sentAgain(),
                summary.mismatches().size(),
                summary.mismatches().stream().limit(SHOWN).toList()));
    }

    private static Settings settings(ClientConfig config) {
        return new Settings(
                config.store().toString(),
                config.clients(),
                config.probability(),
                config.iterations(),
                seconds(config.warmUp()),
                seconds(config.thinkTime()),
                config.keys(),
                config.seed());
    }

    private static Times times(Latencies latencies, Kind kind) {
        long count = latencies.count(kind);
        if (count == 0) {
            return new Times(0, null, null, null, null, null);
        }
        return new Times(
                count,
                rounded(latencies.average(kind)),
                rounded(latencies.percentile(kind, 50)),
                rounded(latencies.percentile(kind, 90)),
                rounded(latencies.percentile(kind, 99)),
                rounded(latencies.percentile(kind, 100)));
    }

    private static Shopper shopper(ShopperResult findings) {
        Latencies latencies = findings.latencies();
        long queries = latencies.count(Kind.QUERY);
        long orders = latencies.count(Kind.ORDER);
        return new Shopper(
                queries + orders == 0 ? null : rounded(latencies.average()),
                queries,
                orders,
                latencies.count(Kind.SOLD_OUT),
                latencies.failed());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }
}
