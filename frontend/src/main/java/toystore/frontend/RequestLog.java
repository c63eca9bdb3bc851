package toystore.frontend;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Abbreviated;
import toystore.common.Network;
import toystore.common.log.Millis;
import toystore.common.log.Phases;
import toystore.common.log.Trace;
import toystore.frontend.http.session.CompletedExchange;

/**
 * Logs a line for every exchange: {@code GET /products/Tux 200 51 bytes to 192.0.2.1 in 0.214 ms}. That of an order has its phases,
 * too: {@code POST /orders 201 102 bytes to 192.0.2.1: parse 0.104, orders 2.917, reply 0.191 in 3.214 ms}. The log layout adds the
 * id of the request. No client can forge a line, because the parser takes only visible ASCII without spaces as method and
 * target.
 */
final class RequestLog implements CompletedExchange.Observer {
    private static final Logger log = LoggerFactory.getLogger("access");
    private static final int MAX_METHOD_LENGTH = 20;
    private static final int MAX_TARGET_LENGTH = 500;

    @Override
    public void completed(CompletedExchange exchange) {
        if (!log.isInfoEnabled()) {
            return;
        }
        Trace trace = Trace.begin(exchange.id()); // the thread may have begun the next request
        try (trace) {
            write(exchange);
        }
    }

    @Override
    public Phases phases(long start) {
        return log.isInfoEnabled() ? new Phases(start) : Phases.NONE;
    }

    private static void write(CompletedExchange exchange) {
        log.info(
                "{} {} {} {} bytes {} {}{} in {} ms",
                Abbreviated.of(exchange.method(), MAX_METHOD_LENGTH),
                Abbreviated.of(exchange.target(), MAX_TARGET_LENGTH),
                exchange.status().code(),
                exchange.bytes(),
                exchange.delivered() ? "to" : "not taken by",
                Network.text(exchange.client()),
                exchange.phases().text("reply", exchange.nanos()),
                Millis.of(exchange.nanos()));
    }
}
