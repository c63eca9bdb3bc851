package toystore.orders.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import toystore.durable.LogReader;

/**
 * Checks that no key was ordered with twice while the service remembered it. While the log is read, it takes only
 * fingerprints of the keys; if some are equal, the log is read once more, and the keys that have these are compared.
 */
final class KeyCheck {
    private static final ObjectReader READER = RecordCheck.MAPPER.readerFor(KeyOnly.class);

    private final int remembered;
    private final AuditFindings findings;
    private Fingerprints fingerprints = new Fingerprints();

    private record KeyOnly(String key) {}

    /** @param remembered of so many orders the service remembers the keys */
    KeyCheck(int remembered, AuditFindings findings) {
        this.remembered = remembered;
        this.findings = findings;
    }

    void add(String key) {
        fingerprints.add(Fingerprints.of(key));
    }

    /** Reports the keys that were added twice, by orders up to this number. To be called once. */
    void compare(Path folder, long last) throws IOException {
        long[] repeated = fingerprints.repeated();
        fingerprints = null; // they are many
        if (repeated.length == 0) {
            return;
        }
        Map<String, Long> numbers = new HashMap<>();
        LogReader.scan(folder, Audit.ORDERS, entry -> {
            long number = entry.number();
            String key = number > last ? null : key(entry.json());
            if (key == null || Arrays.binarySearch(repeated, Fingerprints.of(key)) < 0) {
                return;
            }
            Long before = numbers.put(key, number);
            if (before != null && number - before <= remembered) {
                findings.violation(entry.file() + " at byte " + entry.offset() + ": order " + number + " has the key "
                        + DisplayText.quoted(key) + ", which order " + before + " has too");
            }
        });
    }

    private static String key(byte[] json) {
        try {
            return READER.<KeyOnly>readValue(json).key();
        } catch (JacksonException e) {
            return null; // reported when it was read first
        }
    }
}
