package toystore.sql;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;

/**
 * What one try to place a batch of orders has done. Not thread-safe.
 *
 * @param replies to the orders that are placed, by this try or by an earlier one with the same key
 * @param refusals of the orders that are not placed; those that must not be sent any more have none
 * @param products of the orders, as the try has left them
 * @param last number of the last order of the store, if the try has read it
 */
record BatchResult(
        Map<PendingOrder, PlaceReply> replies,
        Map<PendingOrder, Refusal> refusals,
        List<Product> products,
        OptionalLong last) {

    /** Returns whether no order was refused, and none had been placed before. */
    boolean isAllNew() {
        return refusals.isEmpty() && replies.values().stream().allMatch(reply -> reply.version() > 0);
    }

    /** The reply to an order that is placed. */
    static PlaceReply reply(PendingOrder order, long number, BigDecimal price, OffsetDateTime at, long version) {
        return new PlaceReply(number, order.name(), order.quantity(), price, at.toInstant(), version);
    }

    /** The time of orders that are placed now, in milliseconds. */
    static OffsetDateTime now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }
}
