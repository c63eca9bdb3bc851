package toystore.orders.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;

/** A record of the order log as it stands there, right or wrong: what is missing is {@code null}. */
record OrderRecord(
        @JsonProperty("order_number") Long orderNumber,
        String name,
        Long quantity,
        BigDecimal price,
        String time,
        String key,
        String reservation)
        implements RecordCheck.Entry {
    private static final long MOST = 1_000_000;

    @Override
    public Long number() {
        return orderNumber;
    }

    @Override
    public boolean isCountable() {
        return orderNumber != null && name != null && quantity != null;
    }

    @Override
    public String fault() {
        if (orderNumber == null || name == null || quantity == null || price == null || time == null) {
            return "expected order_number, name, quantity, price and time, but one of them is missing";
        }
        if (reservation == null) {
            return "reservation is missing";
        }
        if (quantity < 1 || quantity > MOST) {
            return "quantity is " + quantity + "; expected 1 to " + MOST;
        }
        if (price.signum() < 0) {
            return "price is " + price + "; expected 0 or more";
        }
        try {
            Instant.parse(time);
        } catch (DateTimeException e) {
            return "time is " + DisplayText.quoted(time) + "; expected one like 2026-01-02T03:04:05.678Z";
        }
        return null;
    }
}
