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
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import toystore.common.json.JsonErrors;

/**
 * Reads one of the catalog's files, product by product:
 *
 * <pre>
 *   catalog-start.json   {"products":[{"name":"Tux","price":15.99,"quantity":100}, …],"crc32c":"1a2b3c4d"}
 *   catalog.json         {"order_log":"3f0c…","as_of":1234,"digest":"09ab…","changes":5,"products":[…],"crc32c":"…"}
 * </pre>
 *
 * The last line is {@code "crc32c":"1a2b3c4d"}, the CRC-32C of all bytes before it, and a brace. A file that is missing
 * or cannot be parsed is a difference, and its contents are not used.
 */
final class CatalogFileReader {
    static final String START = "catalog-start.json";
    static final String CHECKPOINT = "catalog.json";
    private static final String CHECKSUM = "\"crc32c\":\"";
    private static final int CHECKSUM_LINE = CHECKSUM.length() + "1a2b3c4d\"}\n".length();

    private final Path path;
    private final AuditReport report;
    private final Predicate<Item> products;
    // The fields of the file, null if it has none
    private String orderLog;
    private Long asOf;
    private String digest;
    private Long changes;
    private boolean hasProducts;

    /**
     * The orders and changes that the quantities of a checkpoint contain.
     *
     * @param orderLog id of the order log; {@code null} if they contain no orders yet
     * @param asOf number of the last order
     * @param digest of the order log up to that order; {@code null} if there is none
     * @param changes number of the last change
     */
    record Head(String orderLog, long asOf, String digest, long changes) {}

    /** A product in the file, valid or not: a missing field is {@code null}. */
    record Item(String name, BigDecimal price, Long quantity) {
        private String fault() {
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

    /**
     * A reader of one file, to be used once.
     *
     * @param products receives the products that have a name and a quantity; returns false if it has had that name
     *     before
     */
    CatalogFileReader(Path path, AuditReport report, Predicate<Item> products) {
        this.path = path;
        this.report = report;
        this.products = products;
    }

    /** Reads the products that the store started with. Returns whether they are known now. */
    boolean readStart() throws IOException {
        return read();
    }

    /** Reads the checkpoint. Returns what it contains; empty if that is not known. */
    Optional<Head> readCheckpoint() throws IOException {
        if (!read()) {
            return Optional.empty();
        }
        if (asOf == null || changes == null || asOf < 0 || changes < 0) {
            report.difference(path + ": \"as_of\" is " + asOf + " and \"changes\" " + changes
                    + "; expected two whole numbers from 0");
            return Optional.empty();
        }
        return Optional.of(new Head(orderLog, asOf, digest, changes));
    }

    /** Returns whether the file has the form of a catalog. */
    private boolean read() throws IOException {
        try {
            checkChecksum();
        } catch (FileNotFoundException e) {
            if (Files.exists(path)) {
                throw e;
            }
            report.difference(path + " is missing");
            return false;
        }
        try (InputStream in = Files.newInputStream(path);
                JsonParser parser = LogCheck.MAPPER.createParser(in)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readFields(parser);
            }
            if (hasProducts && parser.nextToken() == null) {
                return true;
            }
            report.difference(path + ": expected one object with a list \"products\"");
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            report.difference(path + " line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ": " + JsonErrors.reason(e));
        }
        return false;
    }

    private void checkChecksum() throws IOException {
        byte[] line = new byte[CHECKSUM_LINE];
        CRC32C checksum = new CRC32C();
        try (FileInputStream file = new FileInputStream(path.toFile());
                InputStream in = new BufferedInputStream(file)) {
            CheckedInputStream checked = new CheckedInputStream(in, checksum);
            long size = file.getChannel().size(); // of the open file: the store may replace it at any time
            checked.skipNBytes(Math.max(0, size - line.length));
            in.readNBytes(line, 0, line.length);
        }
        String expected = CHECKSUM + HexFormat.of().toHexDigits((int) checksum.getValue()) + "\"}\n";
        String found = new String(line, StandardCharsets.ISO_8859_1);
        if (!found.startsWith(CHECKSUM)) {
            report.difference(path + " does not end with a line that has its checksum");
        } else if (!found.equals(expected)) {
            report.difference(path + " was changed: its last line is " + DisplayText.quoted(found.strip())
                    + ", but it should be " + DisplayText.quoted(expected.strip()));
        }
    }

    private void readFields(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "order_log" -> orderLog = parser.readValueAs(String.class);
                case "as_of" -> asOf = parser.readValueAs(Long.class);
                case "digest" -> digest = parser.readValueAs(String.class);
                case "changes" -> changes = parser.readValueAs(Long.class);
                case "products" -> {
                    hasProducts = value == JsonToken.START_ARRAY;
                    readProducts(parser);
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void readProducts(JsonParser parser) {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            String place = path + " products[" + i + "]: ";
            Item item = parser.readValueAs(Item.class);
            String fault = item == null ? "expected a product but found null" : item.fault();
            if (fault != null) {
                report.difference(place + fault);
            }
            boolean usable = item != null && item.name() != null && item.quantity() != null;
            if (usable && !products.test(item)) {
                report.difference(place + "a second product has the name " + DisplayText.quoted(item.name()));
            }
        }
    }
}
