package toystore.orders.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonErrors;
import toystore.common.json.JsonMappers;
import toystore.durable.DamagedLogException;
import toystore.durable.LogReader;

/**
 * Reads one log, and checks each record by itself and the sequence of their numbers: record n must say that it is n.
 *
 * <p>After a wrong number the sequence continues from there, so that one record too many or too few is one difference.
 */
final class LogCheck<T extends LogCheck.LogEntry> {
    static final JsonMapper MAPPER = JsonMappers.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** A record as the file has it, valid or not: a missing field is {@code null}. */
    interface LogEntry {
        /** The number that the record says it has; may be {@code null}. */
        Long number();

        /** Returns whether the record has all fields that the totals need, valid or not. */
        boolean isCountable();

        /** Says what is wrong with the record; {@code null} if nothing is. */
        String fault();
    }

    /** A record of the order log. */
    record OrderRecord(
            @JsonProperty("order_number") Long number,
            String name,
            Long quantity,
            BigDecimal price,
            String time,
            String key,
            String reservation)
            implements LogEntry {
        private static final long MAX_QUANTITY = 1_000_000;

        @Override
        public boolean isCountable() {
            return number != null && name != null && quantity != null;
        }

        @Override
        public String fault() {
            if (!isCountable() || price == null || time == null) {
                return "expected order_number, name, quantity, price and time, but one of them is missing";
            }
            if (reservation == null) {
                return "reservation is missing";
            }
            if (quantity < 1 || quantity > MAX_QUANTITY) {
                return "quantity is " + quantity + "; expected 1 to " + MAX_QUANTITY;
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

    /** A record of the change log. */
    record ChangeRecord(@JsonProperty("change") Long number, String name, BigDecimal price, Long add)
            implements LogEntry {
        private static final long MAX_ADD = 1_000_000_000;

        @Override
        public boolean isCountable() {
            return number != null && name != null && add != null;
        }

        @Override
        public String fault() {
            if (!isCountable()) {
                return "expected change, name and add, but one of them is missing";
            }
            if (add < -MAX_ADD || add > MAX_ADD) {
                return "add is " + add + "; expected " + -MAX_ADD + " to " + MAX_ADD;
            }
            return price != null && price.signum() < 0 ? "price is " + price + "; expected 0 or more" : null;
        }
    }

    private final ObjectReader reader;
    private final String what;
    private final AuditReport report;
    private final BiConsumer<T, LogReader.Entry> countable;
    private long expected = 1;

    /**
     * A check of a log.
     *
     * @param what a record is called in messages
     * @param countable receives the {@linkplain LogEntry#isCountable countable} records
     */
    LogCheck(Class<T> type, String what, AuditReport report, BiConsumer<T, LogReader.Entry> countable) {
        this.reader = MAPPER.readerFor(type);
        this.what = what;
        this.report = report;
        this.countable = countable;
    }

    /**
     * Reads the log, to its end or to where it is damaged.
     *
     * @param service the service that writes it
     * @return empty if the log is damaged
     */
    Optional<LogReader.Summary> read(Path folder, String name, String service) throws IOException {
        LogReader.Summary summary;
        try {
            summary = LogReader.scan(folder, name, this::check);
        } catch (DamagedLogException e) {
            report.difference(e.getMessage());
            return Optional.empty();
        }
        LogReader.TornTail torn = summary.torn();
        if (torn != null) {
            report.note(torn.bytes() + " bytes at byte " + torn.offset() + " of " + torn.file() + " are not a whole"
                    + " record: it is being written, or a crash has cut it off; " + service
                    + " removes them when it starts");
        }
        return Optional.of(summary);
    }

    private void check(LogReader.Entry found) {
        String place = found.file() + " at byte " + found.offset() + ": ";
        T entry;
        try {
            entry = reader.readValue(found.json());
        } catch (JacksonException e) {
            report.difference(place + "record " + found.number() + " is no " + what + ": " + JsonErrors.place(e)
                    + (JsonErrors.place(e).isEmpty() ? "" : ": ") + JsonErrors.reason(e));
            expected++;
            return;
        }
        Long number = entry.number();
        if (number != null && number != expected) {
            report.difference(place + "record " + found.number() + " is " + what + " " + number + ", but " + what + " "
                    + expected + " should be here");
        }
        expected = (number == null ? expected : number) + 1;
        String fault = entry.fault();
        if (fault != null) {
            report.difference(place + what + " " + found.number() + ": " + fault);
        }
        if (entry.isCountable()) {
            countable.accept(entry, found);
        }
    }
}
