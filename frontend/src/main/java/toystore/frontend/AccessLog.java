package toystore.frontend;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.frontend.http.Exchange;

/**
 * One line for every exchange: {@code POST /orders 201 102 bytes in 3.214 ms}. The request's id is in the line's own
 * place. Method and target are visible ASCII without spaces, as the parser lets nothing else pass, so that no client can
 * forge a line.
 */
final class AccessLog implements Exchange.Observer {
    private static final Logger log = LoggerFactory.getLogger("access");
    private static final int LONGEST_TARGET = 500;

    @Override
    public void ended(Exchange exchange) {
        if (!log.isInfoEnabled()) {
            return;
        }
        String target = exchange.target();
        log.info(
                "{} {} {} {} bytes{} in {} ms",
                exchange.method(),
                target.length() > LONGEST_TARGET ? target.substring(0, LONGEST_TARGET) + "…" : target,
                exchange.status().code(),
                exchange.bytes(),
                exchange.taken() ? "" : " not taken",
                millis(exchange.duration().toNanos()));
    }

    /** With three decimals. */
    private static String millis(long nanos) {
        long micros = nanos / 1000;
        String decimals = Long.toString(1000 + micros % 1000);
        return micros / 1000 + "." + decimals.substring(1);
    }
}
