package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import toystore.client.http.Origin;

class SoldOutRunTest {
    private final Map<String, AtomicInteger> stock = new ConcurrentHashMap<>();

    @Test
    void buysEveryUnitThroughAllCells() throws Exception {
        stock.put("Tux", new AtomicInteger(30));
        stock.put("Toy 1", new AtomicInteger(1));
        stock.put("Toy 2", new AtomicInteger(0));
        SoldOutRun run = new SoldOutRun(List.of("Tux", "Toy 1", "Toy 2"));
        try (CeilingServer one = CeilingServer.start(0, session("409 Conflict"));
                CeilingServer two = CeilingServer.start(0, session("409 Conflict"))) {
            run.run(List.of(Origin.http(one.address()), Origin.http(two.address())), 3);
        }

        assertThat(run.sold()).isEqualTo(Map.of("Tux", 30L, "Toy 1", 1L, "Toy 2", 0L));
    }

    @Test
    void failsWithAnyOtherResponse() throws Exception {
        stock.put("Tux", new AtomicInteger(3));
        SoldOutRun run = new SoldOutRun(List.of("Tux"));
        try (CeilingServer cell = CeilingServer.start(0, session("503 Service Unavailable"))) {
            List<Origin> cells = List.of(Origin.http(cell.address()));

            assertThatThrownBy(() -> run.run(cells, 2))
                    .isInstanceOf(IOException.class)
                    .hasMessage("an order of Tux at " + cell.address() + " got status 503: {}");
        }
    }

    /** A store with the stock of this test. */
    private CeilingServer.Session session(String whenSoldOut) {
        return (in, out) -> {
            byte[] request = new byte[1024];
            for (int read = in.read(request); read > 0; read = in.read(request)) {
                String text = new String(request, 0, read, UTF_8);
                String toy = text.replaceFirst("(?s).*\"name\":\"([^\"]*)\".*", "$1");
                boolean sold = stock.get(toy).getAndUpdate(left -> Math.max(0, left - 1)) > 0;
                String status = sold ? "201 Created" : whenSoldOut;
                out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\n{}").getBytes(UTF_8));
            }
        };
    }
}
