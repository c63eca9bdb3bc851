package toystore.orders.audit;

import java.io.IOException;
import java.nio.file.Path;
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
 * Reads one log and checks each record by itself, and that their numbers have no gap and none is there twice: record n
 * says of itself that it is n. Where that breaks off, counting goes on from the number found, so that one record too
 * many is not reported for all that follow.
 */
final class RecordCheck<T extends RecordCheck.Entry> {
    static final JsonMapper MAPPER = JsonMappers.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** What a record says. */
    interface Entry {
        /** The number that it says it has; may be {@code null}. */
        Long number();

        /** Whether it says how many units of what it moves, be that right or wrong. */
        boolean isCountable();

        /** What is wrong with it, or {@code null} if nothing is. */
        String fault();
    }

    private final ObjectReader reader;
    private final String what;
    private final AuditFindings findings;
    private final BiConsumer<T, LogReader.Entry> countable;
    private long expected = 1;

    /**
     * @param what a record is called in messages
     * @param countable gets the records that can be counted, and where they are
     */
    RecordCheck(Class<T> type, String what, AuditFindings findings, BiConsumer<T, LogReader.Entry> countable) {
        this.reader = MAPPER.readerFor(type);
        this.what = what;
        this.findings = findings;
        this.countable = countable;
    }

    /**
     * Reads the log, to its end or to where it is damaged.
     *
     * @param service who writes it
     * @return {@code null} if it is damaged
     */
    LogReader.Summary read(Path folder, String name, String service) throws IOException {
        LogReader.Summary summary;
        try {
            summary = LogReader.scan(folder, name, this::check);
        } catch (DamagedLogException e) {
            findings.violation(e.getMessage());
            return null;
        }
        LogReader.TornTail torn = summary.torn();
        if (torn != null) {
            findings.note(torn.bytes() + " bytes at byte " + torn.offset() + " of " + torn.file() + " are not a whole"
                    + " record: being written, or cut off by a crash; " + service + " sets them aside when it starts");
        }
        return summary;
    }

    private void check(LogReader.Entry found) {
        String place = found.file() + " at byte " + found.offset() + ": ";
        long number = found.number();
        T entry;
        try {
            entry = reader.readValue(found.json());
        } catch (JacksonException e) {
            findings.violation(place + "record " + number + " is no " + what + ": " + JsonErrors.place(e)
                    + (JsonErrors.place(e).isEmpty() ? "" : ": ") + JsonErrors.reason(e));
            expected++;
            return;
        }
        if (entry.number() != null && entry.number() != expected) {
            findings.violation(place + "record " + number + " is " + what + " " + entry.number() + ", but " + what + " "
                    + expected + " should be here");
        }
        expected = (entry.number() == null ? expected : entry.number()) + 1;
        String fault = entry.fault();
        if (fault != null) {
            findings.violation(place + what + " " + number + ": " + fault);
        }
        if (entry.isCountable()) {
            countable.accept(entry, found);
        }
    }
}
