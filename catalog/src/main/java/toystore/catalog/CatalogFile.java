package toystore.catalog;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonErrors;
import toystore.common.json.JsonMappers;
import toystore.durable.AtomicFile;
import toystore.durable.Storage;
import toystore.wire.message.Constraints;

/**
 * The catalog as a file, one product a line.
 *
 * <pre>
 *   {"order_log":"3f0c…","as_of":1234,"digest":"09ab…","changes":5,"products":[
 *     {"name":"Tux","price":15.99,"quantity":100},
 *     …
 *   ],
 *   "crc32c":"1a2b3c4d"}
 * </pre>
 *
 * The quantities contain the orders of that log up to number {@code as_of}, where its digest is {@code digest}, and the
 * changes up to {@code changes}. The last line has the checksum (CRC-32C, RFC 3720 §12.1) of all bytes before it. A
 * starting catalog, which a person may write, has the products and may have the checksum.
 *
 * <p>{@code catalog-start.json} has the products that the store began with. When the catalog is opened:
 *
 * <pre>
 *   catalog.json            catalog-start.json
 *   sound checkpoint        sound                   used
 *   sound checkpoint        missing or damaged      used, with a warning: it could not be rebuilt
 *   starting catalog        missing, or the same    the store begins with it
 *   starting catalog        another                 refused
 *   missing                 sound                   rebuilt from catalog-start.json and the logs
 *   damaged                 sound                   the same; the damaged file is renamed
 *   damaged                 missing                 refused
 *   missing                 missing                 the store begins with toys.json beside it, or that inside the jar
 *   missing or damaged      damaged                 refused
 * </pre>
 *
 * A checkpoint without a checksum is damaged, and so is a file that cannot be parsed.
 */
final class CatalogFile {

    /**
     * The catalog at one moment.
     *
     * @param orderLog id of the order log that it follows; {@code null} if it follows none yet
     * @param asOf number of the last order that the quantities contain
     * @param digest of the order log up to that order; {@code null} if it is 0
     * @param changes number of the last change that they contain
     */
    record Checkpoint(String orderLog, long asOf, String digest, long changes, List<ProductRecord> products) {}

    /**
     * A product in the file.
     *
     * @param quantity units in stock. A checkpoint may have more than {@link Constraints#MAX_STOCK}: when orders are
     *     applied again after a crash, the restocks that came after them are applied already
     */
    record ProductRecord(String name, BigDecimal price, Long quantity) {
        ProductRecord {
            Constraints.name(name);
            price = Constraints.price(price);
            if (quantity == null) {
                throw new IllegalArgumentException("quantity is missing");
            }
            Constraints.count("quantity", quantity);
        }
    }

    static final String NAME = "catalog.json";
    static final String START = "catalog-start.json";

    private static final Logger log = LoggerFactory.getLogger(CatalogFile.class);
    private static final String TOYS = "toys.json";

    private static final JsonMapper MAPPER = JsonMappers.strictBuilder().build();
    private static final ObjectReader READER = MAPPER.readerFor(Contents.class);
    private static final ObjectWriter HEAD_WRITER = MAPPER.writerFor(Head.class);
    private static final ObjectWriter LINE_WRITER = MAPPER.writerFor(ProductRecord.class)
            .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .withRootValueSeparator(",\n  ");

    private final Storage storage;
    private final Path path;
    private final Path start;
    private final int priceDigits;
    private DamagedCatalogException damage; // of the existing file; null if it is sound or missing

    /** @param priceDigits digits that a price of a starting catalog may have after the point */
    CatalogFile(Storage storage, Path folder, int priceDigits) {
        this.storage = storage;
        this.path = folder.resolve(NAME);
        this.start = folder.resolve(START);
        this.priceDigits = priceDigits;
    }

    /**
     * Reads the file, or rebuilds its contents in memory from the starting catalog.
     *
     * @throws IOException if a file cannot be read or is not valid; the message names the place
     */
    Checkpoint load() throws IOException {
        if (Files.exists(path)) {
            Contents contents;
            try {
                contents = read(path);
            } catch (DamagedCatalogException e) {
                if (!Files.exists(start)) {
                    throw e;
                }
                damage = e;
                return startingCheckpoint(read(start).products());
            }
            if (contents.isStart()) {
                return begin(contents.products());
            }
            warnIfStartIsDamaged();
            return contents.checkpoint();
        }
        if (Files.exists(start)) {
            log.warn("{} is missing: rebuilding it from {} and the logs", path, start);
            return startingCheckpoint(read(start).products());
        }
        return begin(startingProducts());
    }

    /** The products that the store began with. */
    List<ProductRecord> start() throws IOException {
        return read(start).products();
    }

    /** Writes both files of a store that begins with a history. */
    void create(List<ProductRecord> products, Checkpoint checkpoint) throws IOException {
        AtomicFile.create(storage, start, out -> write(out, "{", products));
        write(checkpoint);
    }

    /**
     * Reads a starting catalog.
     *
     * @param toys its file; {@code null} for the one in the program
     */
    static List<ProductRecord> readStarting(Path toys, int priceDigits) throws IOException {
        Path folder = toys == null ? Path.of("") : toys.toAbsolutePath().getParent();
        CatalogFile file = new CatalogFile(Storage.DISK, folder, priceDigits);
        Contents contents = toys == null ? file.readOfProgram() : file.read(toys);
        if (!contents.isStart()) {
            throw new IOException(toys + " has \"as_of\", so it is no starting catalog");
        }
        return contents.products();
    }

    /** Returns whether the file contains what {@link #load} returned. */
    boolean isUpToDate() {
        return damage == null && Files.exists(path);
    }

    /** Replaces the file; the old one stays if that fails. Renames a damaged one first. */
    void write(Checkpoint checkpoint) throws IOException {
        if (damage != null) {
            renameDamagedFile();
        }
        String head = HEAD_WRITER.writeValueAsString(
                new Head(checkpoint.orderLog(), checkpoint.asOf(), checkpoint.digest(), checkpoint.changes()));
        String prefix = head.substring(0, head.length() - 1) + ",";
        AtomicFile.replace(storage, path, out -> write(out, prefix, checkpoint.products()));
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** Begins a store: writes its products to {@code catalog-start.json}, and the first checkpoint. */
    private Checkpoint begin(List<ProductRecord> products) throws IOException {
        if (!Files.exists(start)) {
            AtomicFile.create(storage, start, out -> write(out, "{", products));
        } else if (!read(start).products().equals(products)) {
            throw new IOException(path + " has no \"as_of\", so it is a starting catalog, but " + start
                    + " exists already: this store began with other products. To change prices and stock of an "
                    + "existing store,"
                    + " use PUT /products/<name>");
        }
        Checkpoint checkpoint = startingCheckpoint(products);
        write(checkpoint);
        return checkpoint;
    }

    private static Checkpoint startingCheckpoint(List<ProductRecord> products) {
        return new Checkpoint(null, 0, null, 0, products);
    }

    private void renameDamagedFile() throws IOException {
        Path damaged = path.resolveSibling(NAME + ".damaged");
        for (int n = 2; Files.exists(damaged, LinkOption.NOFOLLOW_LINKS); n++) {
            damaged = path.resolveSibling(NAME + ".damaged-" + n);
        }
        storage.rename(path, damaged);
        log.warn("{}. Renamed it to {}; rebuilding it from {} and the logs", damage.getMessage(), damaged, start);
        damage = null;
    }

    private void warnIfStartIsDamaged() {
        try {
            if (Checksum.of(start) == Checksum.RIGHT) {
                return;
            }
            log.warn("{} was changed: if {} is lost, it cannot be rebuilt", start, path);
        } catch (IOException e) {
            log.warn("cannot read {}: if {} is lost, it cannot be rebuilt: {}", start, path, e.toString());
        }
    }

    private List<ProductRecord> startingProducts() throws IOException {
        Path toys = path.resolveSibling(TOYS);
        if (Files.exists(toys)) {
            log.info("creating {} from {}", path, toys);
            return read(toys).products();
        }
        log.info("creating {} from the {} of the program, because {} is missing", path, TOYS, toys);
        return readOfProgram().products();
    }

    private Contents readOfProgram() throws IOException {
        try (InputStream in = CatalogFile.class.getResourceAsStream("/" + TOYS)) {
            return read(in, TOYS + " in the program");
        }
    }

    /** @param prefix the JSON object up to its products */
    private static void write(OutputStream file, String prefix, List<ProductRecord> products) throws IOException {
        CheckedOutputStream out = new CheckedOutputStream(file, new CRC32C());
        print(out, prefix + "\"products\":[\n  ");
        try (SequenceWriter lines = LINE_WRITER.writeValues(out)) {
            for (ProductRecord product : products) {
                lines.write(product);
            }
        } catch (JacksonIOException e) {
            throw e.getCause();
        }
        print(out, "\n],\n");
        print(file, Checksum.line(out.getChecksum()));
    }

    private Contents read(Path file) throws IOException {
        Checksum checksum = Files.isRegularFile(file) ? Checksum.of(file) : Checksum.NONE; // a pipe is read once
        if (checksum == Checksum.WRONG) {
            throw new DamagedCatalogException(file + " was changed: its checksum does not match its contents");
        }
        try (InputStream in = Files.newInputStream(file)) {
            Contents contents = read(in, file.toString());
            if (checksum == Checksum.NONE && !contents.isStart()) {
                throw new DamagedCatalogException(file + " has no checksum; every checkpoint has one");
            }
            return contents;
        }
    }

    private Contents read(InputStream in, String source) throws IOException {
        Contents contents;
        try {
            contents = READER.readValue(in);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw new DamagedCatalogException(source + " " + explain(e));
        }
        if (contents == null || contents.products() == null) {
            throw new DamagedCatalogException(source + ": expected an object with a list \"products\"");
        }
        Set<String> names = new HashSet<>();
        List<ProductRecord> products = new ArrayList<>(contents.products().size());
        for (ProductRecord product : contents.products()) {
            int index = products.size();
            if (product == null) {
                throw new DamagedCatalogException(place(source, index) + "expected a product but found null");
            }
            if (!names.add(product.name())) {
                throw new DamagedCatalogException(
                        place(source, index) + "a second product has the name \"" + product.name() + "\"");
            }
            products.add(contents.isStart() ? startingProduct(product, place(source, index)) : product);
        }
        return contents.with(products);
    }

    private ProductRecord startingProduct(ProductRecord product, String place) throws IOException {
        if (product.quantity() > Constraints.MAX_STOCK) {
            throw new DamagedCatalogException(place + "quantity is " + product.quantity()
                    + "; expected a whole number from 0 to " + Constraints.MAX_STOCK);
        }
        try {
            BigDecimal price = Constraints.price(product.price(), priceDigits);
            return new ProductRecord(product.name(), price, product.quantity());
        } catch (IllegalArgumentException e) {
            throw new IOException(place + e.getMessage() + ", or a larger --price-digits", e);
        }
    }

    private static String place(String source, int index) {
        return source + " products[" + index + "]: ";
    }

    private static String explain(JacksonException e) {
        String where = Stream.of(lineAndColumn(e.getLocation()), JsonErrors.place(e))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
        return where + ": " + JsonErrors.reason(e);
    }

    private static String lineAndColumn(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static void print(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The contents of a file are not a catalog, or not the one that was written. */
    private static final class DamagedCatalogException extends IOException {
        DamagedCatalogException(String message) {
            super(message);
        }
    }

    /** Whether a file ends with the checksum of the bytes before it. */
    private enum Checksum {
        RIGHT,
        WRONG,
        NONE;

        private static final Pattern LINE = Pattern.compile("\"crc32c\":\"([0-9a-f]{8})\"}\n");
        private static final int LINE_BYTES = line(new CRC32C()).length();

        static String line(java.util.zip.Checksum sum) {
            return "\"crc32c\":\"" + HexFormat.of().toHexDigits((int) sum.getValue()) + "\"}\n";
        }

        static Checksum of(Path file) throws IOException {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
                checked.skipNBytes(Math.max(0, Files.size(file) - LINE_BYTES));
                String last = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                if (!LINE.matcher(last).matches()) {
                    return NONE;
                }
                return last.equals(line(checked.getChecksum())) ? RIGHT : WRONG;
            }
        }
    }

    private record Head(String orderLog, long asOf, String digest, long changes) {}

    private record Contents(
            String orderLog, Long asOf, String digest, Long changes, List<ProductRecord> products, String crc32c) {
        @SuppressWarnings("UnusedMethod") // Jackson calls it
        Contents {
            boolean start = orderLog == null && asOf == null && digest == null && changes == null;
            if (!start) {
                if (asOf == null || changes == null) {
                    throw new IllegalArgumentException("expected both of \"as_of\" and \"changes\", or neither");
                }
                Constraints.count("as_of", asOf);
                Constraints.count("changes", changes);
                if ((asOf > 0) != (digest != null)) {
                    throw new IllegalArgumentException("digest is " + digest + " and as_of " + asOf
                            + "; expected a digest if there are orders, and none if there are none");
                }
            }
        }

        boolean isStart() {
            return asOf == null;
        }

        Contents with(List<ProductRecord> checked) {
            return new Contents(orderLog, asOf, digest, changes, checked, crc32c);
        }

        Checkpoint checkpoint() {
            return new Checkpoint(orderLog, asOf, digest, changes, products);
        }
    }
}
