package toystore.orders.audit;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import toystore.common.json.JsonErrors;

/**
 * Reads the catalog's files into the ledger, product by product:
 *
 * <pre>
 *   catalog-start.json   {"products":[{"name":"Tux","price":15.99,"quantity":100}, …],"crc32c":"1a2b3c4d"}
 *   catalog.json         {"order_log":"3f0c…","as_of":1234,"digest":"09ab…","changes":5,"products":[…],"crc32c":"…"}
 * </pre>
 *
 * The last line is {@code "crc32c":"1a2b3c4d"}, the CRC-32C of all bytes before it, and a brace. A file that is missing or not understood is a violation, and then what it says does not count.
 */
final class CatalogFileReader {
    static final String START = "catalog-start.json";
    static final String CHECKPOINT = "catalog.json";
    private static final String CHECKSUM = "\"crc32c\":\"";
    private static final int CHECKSUM_LINE = CHECKSUM.length() + "1a2b3c4d\"}\n".length();

    private final Path folder;
    private final Ledger ledger;
    private final AuditFindings findings;

    /**
     * What the quantities of a checkpoint count.
     *
     * @param orderLog id of the order log; {@code null} if it counts no orders yet
     * @param asOf number of the last order
     * @param digest of the order log up to that order; {@code null} if there is none
     * @param changes number of the last change
     */
    record Head(String orderLog, long asOf, String digest, long changes) {}

    private record Item(String name, BigDecimal price, Long quantity) {
        String fault() {
            if (name == null || price == null || quantity == null) {
                return "expected name, price and quantity, but one of them is missing";
            }
            if (price.signum() < 0 || quantity < 0) {
                return DisplayText.quoted(name) + ": price is " + price + " and quantity " + quantity
                        + "; expected 0 or more";
            }
            return null;
        }
    }

    CatalogFileReader(Path folder, Ledger ledger, AuditFindings findings) {
        this.folder = folder;
        this.ledger = ledger;
        this.findings = findings;
    }

    Path checkpointPath() {
        return folder.resolve(CHECKPOINT);
    }

    /** Reads what the store started with; returns whether that is known then. */
    boolean readStart() throws IOException {
        return read(START, (place, item) -> {
                    Account account = ledger.account(item.name());
                    if (account.atStart) {
                        findings.violation(
                                place + ": a second product has the name " + DisplayText.quoted(item.name()));
                    }
                    account.atStart = true;
                    account.startedWith = item.quantity();
                    account.startPrice = item.price();
                })
                .isPresent();
    }

    /** Reads the checkpoint; returns what it counts, if that is known then. */
    Optional<Head> readCheckpoint() throws IOException {
        Optional<Fields> fields = read(CHECKPOINT, (place, item) -> {
            Account account = ledger.account(item.name());
            if (account.counted) {
                findings.violation(place + ": a second product has the name " + DisplayText.quoted(item.name()));
            }
            account.counted = true;
            account.quantity = item.quantity();
            account.price = item.price();
        });
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        Fields found = fields.get();
        if (found.asOf == null || found.changes == null || found.asOf < 0 || found.changes < 0) {
            findings.violation(checkpointPath() + ": \"as_of\" is " + found.asOf + " and \"changes\" " + found.changes
                    + "; expected two whole numbers from 0");
            return Optional.empty();
        }
        return Optional.of(new Head(found.orderLog, found.asOf, found.digest, found.changes));
    }

    /** What stands beside the products. */
    private static final class Fields {
        private String orderLog;
        private Long asOf;
        private String digest;
        private Long changes;
        private boolean products;
    }

    private Optional<Fields> read(String name, BiConsumer<String, Item> item) throws IOException {
        Path path = folder.resolve(name);
        try {
            checkChecksum(path);
        } catch (FileNotFoundException e) {
            if (Files.exists(path)) {
                throw e;
            }
            findings.violation(path + " is missing");
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(path);
                JsonParser parser = RecordCheck.MAPPER.createParser(in)) {
            Fields fields = new Fields();
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readFields(path, parser, fields, item);
            }
            if (fields.products && parser.nextToken() == null) {
                return Optional.of(fields);
            }
            findings.violation(path + ": expected one object with a list \"products\"");
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            findings.violation(path + " line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ": " + JsonErrors.reason(e));
        }
        return Optional.empty();
    }

    private void checkChecksum(Path path) throws IOException {
        byte[] line = new byte[CHECKSUM_LINE];
        CRC32C checksum = new CRC32C();
        try (FileInputStream file = new FileInputStream(path.toFile());
                InputStream in = new BufferedInputStream(file)) {
            CheckedInputStream checked = new CheckedInputStream(in, checksum);
            long size =
                    file.getChannel().size(); // not that of the path: the store may have replaced the file meanwhile
            checked.skipNBytes(Math.max(0, size - line.length));
            in.readNBytes(line, 0, line.length);
        }
        String expected = CHECKSUM + HexFormat.of().toHexDigits((int) checksum.getValue()) + "\"}\n";
        String found = new String(line, StandardCharsets.ISO_8859_1);
        if (!found.startsWith(CHECKSUM)) {
            findings.violation(path + " does not end with a line that has its checksum");
        } else if (!found.equals(expected)) {
            findings.violation(path + " was changed: its last line is " + DisplayText.quoted(found.strip())
                    + ", but it should be " + DisplayText.quoted(expected.strip()));
        }
    }

    private void readFields(Path path, JsonParser parser, Fields fields, BiConsumer<String, Item> item) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "order_log" -> fields.orderLog = parser.readValueAs(String.class);
                case "as_of" -> fields.asOf = parser.readValueAs(Long.class);
                case "digest" -> fields.digest = parser.readValueAs(String.class);
                case "changes" -> fields.changes = parser.readValueAs(Long.class);
                case "products" -> {
                    fields.products = value == JsonToken.START_ARRAY;
                    readProducts(path, parser, item);
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void readProducts(Path path, JsonParser parser, BiConsumer<String, Item> known) {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            String place = path + " products[" + i + "]";
            Item item = parser.readValueAs(Item.class);
            String fault = item == null ? "expected a product but found null" : item.fault();
            if (fault != null) {
                findings.violation(place + ": " + fault);
            }
            if (item != null && item.name() != null && item.quantity() != null) {
                known.accept(place, item);
            }
        }
    }
}
