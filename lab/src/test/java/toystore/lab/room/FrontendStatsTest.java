package toystore.lab.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import toystore.lab.room.StatsSources.FrontendStats;

class FrontendStatsTest {
    @Test
    void readsTheMetricsOfTheFrontend() {
        String metrics = """
                # TYPE toystore_cache_live gauge
                toystore_cache_live 1.0
                toystore_circuit_open{backend="catalog"} 0.0
                toystore_circuit_open{backend="orders"} 1.0
                toystore_http_request_duration_seconds_bucket{route="/orders",le="+Inf"} 7
                toystore_http_requests_total{method="GET",route="/products/{name}",status="200"} 40.0
                toystore_http_requests_total{method="GET",route="/products",status="200"} 2.0
                toystore_http_requests_total{method="GET",route="/products",status="503"} 3.0
                toystore_http_requests_total{method="POST",route="/orders",status="503"} 5.0
                toystore_http_requests_total{method="POST",route="/orders",status="201"} 11.0
                toystore_http_sessions{state="busy"} 3.0
                toystore_http_sessions{state="idle"} 13.0
                toystore_http_sessions{state="queued"} 1.0
                jvm_threads_current 31.0
                """;

        assertThat(FrontendStats.parse(metrics)).isEqualTo(new FrontendStats(3, 13, 1, Set.of("orders"), true, 42, 8));
        assertThat(FrontendStats.parse("")).isEqualTo(new FrontendStats(0, 0, 0, Set.of(), false, 0, 0));
    }
}
