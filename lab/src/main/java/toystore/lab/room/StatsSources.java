package toystore.lab.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.client.http.Origin;
import toystore.lab.room.StatsPoller.Source;
import toystore.lab.store.PeerClient;
import toystore.lab.store.PeerClient.Peer;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;

/** The stats of the three services: two by message, those of the frontend from its metrics. */
final class StatsSources {
    private static final int OK = 200;

    private StatsSources() {}

    static Source<CatalogStats> catalog(Peer catalog) {
        return new MessageSource<>(client(catalog), new CatalogRequest.Stats());
    }

    static Source<OrdersStats> orders(Peer orders) {
        return new MessageSource<>(client(orders), new OrdersRequest.Stats());
    }

    private static PeerClient client(Peer peer) {
        return new PeerClient(peer, StatsPoller.TIMEOUT, StatsPoller.TIMEOUT);
    }

    static Source<FrontendStats> frontend(Origin frontend) {
        return new MetricsSource(new HttpConnection(frontend, new Timeouts(StatsPoller.TIMEOUT, StatsPoller.TIMEOUT)));
    }

    /**
     * The metrics of the frontend that a control room shows.
     *
     * @param openCircuits names of services
     * @param queries responses to queries, since the frontend started
     * @param failures responses with a status of 500 or more, likewise
     */
    record FrontendStats(
            int busy, int idle, int queued, Set<String> openCircuits, boolean cacheLive, long queries, long failures) {

        /** Reads the text format of Prometheus; a metric that is missing is 0. */
        static FrontendStats parse(String metrics) {
            Map<String, Double> values = new HashMap<>();
            metrics.lines().filter(line -> line.startsWith("toystore_")).forEach(line -> {
                int space = line.lastIndexOf(' ');
                values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            });
            Set<String> open = new TreeSet<>();
            double[] requests = new double[2];
            values.forEach((name, value) -> {
                if (name.startsWith("toystore_circuit_open{") && value > 0) {
                    open.add(label(name, "backend"));
                } else if (name.startsWith("toystore_http_requests_total{")) {
                    boolean failed = label(name, "status").startsWith("5");
                    boolean query = label(name, "method").equals("GET")
                            && label(name, "route").startsWith("/products");
                    requests[0] += query && !failed ? value : 0;
                    requests[1] += failed ? value : 0;
                }
            });
            return new FrontendStats(
                    sessions(values, "busy"),
                    sessions(values, "idle"),
                    sessions(values, "queued"),
                    open,
                    values.getOrDefault("toystore_cache_live", 0.0) > 0,
                    (long) requests[0],
                    (long) requests[1]);
        }

        private static int sessions(Map<String, Double> values, String state) {
            return values.getOrDefault("toystore_http_sessions{state=\"" + state + "\"}", 0.0)
                    .intValue();
        }

        /** The value of a label; the values of this frontend have no quotes. */
        private static String label(String name, String label) {
            int begin = name.indexOf(label + "=\"");
            if (begin < 0) {
                return "";
            }
            begin += label.length() + 2;
            return name.substring(begin, name.indexOf('"', begin));
        }
    }

    private record MessageSource<R extends Reply>(PeerClient client, ServiceRequest<R> request) implements Source<R> {
        @Override
        public R ask() throws IOException {
            return client.call(request);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private record MetricsSource(HttpConnection connection) implements Source<FrontendStats> {
        @Override
        public FrontendStats ask() throws IOException {
            Response metrics = connection.get("/metrics");
            if (metrics.status() != OK) {
                throw new IOException("/metrics has status " + metrics.status() + " instead of " + OK);
            }
            return FrontendStats.parse(new String(metrics.body(), UTF_8));
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
