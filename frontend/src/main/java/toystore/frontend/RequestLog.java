package toystore.frontend;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Abbreviated;
import toystore.common.log.Millis;
import toystore.common.log.Trace;
import toystore.frontend.http.CompletedExchange;

/**
 * One line for every exchange: {@code POST /orders 201 102 bytes in 3.214 ms}. The request's id is in the line's own
 * place. Method and target are visible ASCII without spaces, as the parser lets nothing else pass, so that no client can
 * forge a line.
 */
final class RequestLog implements CompletedExchange.Observer {
    private static final Logger log = LoggerFactory.getLogger("access");
    private static final int LONGEST_METHOD = 20;
    private static final int LONGEST_TARGET = 500;

    @Override
    public void ended(CompletedExchange exchange) {
        if (!log.isInfoEnabled()) {
            return;
        }
        Trace trace = Trace.begin(exchange.id()); // the thread may be at the next request already
        try (trace) {
            write(exchange);
        }
    }

    private static void write(CompletedExchange exchange) {
        log.info(
                "{} {} {} {} bytes{} in {} ms",
                Abbreviated.of(exchange.method(), LONGEST_METHOD),
                Abbreviated.of(exchange.target(), LONGEST_TARGET),
                exchange.status().code(),
                exchange.bytes(),
                exchange.taken() ? "" : " not taken",
                Millis.of(exchange.nanos()));
    }
}
