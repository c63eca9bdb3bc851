package toystore.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import toystore.common.Address;

/** A store with two toys, which responds as a test says. */
final class ScriptedTarget implements Closeable {
    private final ScriptedServer server;
    private final AtomicInteger ducks;
    private final AtomicInteger foxes;
    private final AtomicInteger orders = new AtomicInteger();
    volatile String metrics; // null for none
    private final AtomicInteger metricsRequests = new AtomicInteger();
    private final AtomicInteger restocked = new AtomicInteger();

    /** Replaces responses of the store. */
    interface Trouble {
        /**
         * The response; null for that of the store.
         *
         * @param number of the request, from 0, without requests for metrics
         */
        String instead(String line, int number) throws IOException;
    }

    ScriptedTarget(int units, Trouble trouble) throws IOException {
        this.ducks = new AtomicInteger(units);
        this.foxes = new AtomicInteger(units);
        this.server = new ScriptedServer((line, body, number) -> {
            if (line.startsWith("GET /metrics ")) {
                metricsRequests.incrementAndGet();
                return metrics == null ? ScriptedServer.status("404 Not Found", "") : ScriptedServer.ok(metrics + "\n");
            }
            boolean list = line.startsWith("GET /products ");
            String instead = list ? null : trouble.instead(line, number - metricsRequests.get());
            return instead != null ? instead : respond(line, body);
        });
    }

    static ScriptedTarget of(int units) throws IOException {
        return new ScriptedTarget(units, (line, number) -> null);
    }

    Address address() {
        return server.address();
    }

    /** The number of orders placed. */
    int orders() {
        return orders.get();
    }

    /** The number of units added by restocks. */
    int restocked() {
        return restocked.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private String respond(String line, String body) {
        AtomicInteger left = line.contains("Fox") || body.contains("Fox") ? foxes : ducks;
        if (line.startsWith("GET /products ")) {
            return ScriptedServer.ok(
                    "{\"data\":[" + toy("Rubber Duck", ducks) + "," + toy("Fox", foxes) + "],\"next\":null}");
        }
        if (line.startsWith("GET /products/")) {
            return ScriptedServer.ok("{\"data\":" + toy(line.contains("Fox") ? "Fox" : "Rubber Duck", left) + "}");
        }
        if (line.startsWith("PUT /products?product_name=")) {
            int units = Integer.parseInt(body.replaceAll("[^0-9]", ""));
            restocked.addAndGet(units);
            left.addAndGet(units);
            return ScriptedServer.ok("{\"data\":{}}");
        }
        if (left.getAndUpdate(units -> Math.max(0, units - 1)) == 0) {
            return ScriptedServer.status("409 Conflict", "{\"error\":{\"code\":409,\"message\":\"out of stock\"}}");
        }
        return ScriptedServer.status(
                "201 Created", "{\"data\":{\"order_number\":" + orders.incrementAndGet() + ",\"quantity\":1}}");
    }

    private static String toy(String name, AtomicInteger left) {
        return "{\"name\":\"" + name + "\",\"price\":3.49,\"quantity\":" + left.get() + "}";
    }
}
