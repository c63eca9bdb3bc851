package toystore.orders.audit;

import java.math.BigDecimal;

/** A record of the change log as it stands there, right or wrong: what is missing is {@code null}. */
record ChangeRecord(Long change, String name, BigDecimal price, Long add) implements RecordCheck.Entry {
    @Override
    public Long number() {
        return change;
    }

    @Override
    public boolean isCountable() {
        return change != null && name != null && add != null;
    }

    @Override
    public String fault() {
        if (!isCountable()) {
            return "expected change, name and add, but one of them is missing";
        }
        if (add < 0) {
            return "add is " + add + "; expected 0 or more";
        }
        return price != null && price.signum() < 0 ? "price is " + price + "; expected 0 or more" : null;
    }
}
