package toystore.catalog;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
 * The quantities count the orders of that log up to number {@code as_of}, where its digest is {@code digest}, and the changes
 * up to {@code changes}. The last line has the checksum (CRC-32C, RFC 3720 §12.1) of all bytes before it. A starting catalog,
 * which a person may write, has the products, and may have the checksum.
 *
 * <p>{@code catalog-start.json} has what this catalog began with. What is done when it is opened:
 *
 * <pre>
 *   catalog.json            catalog-start.json
 *   sound checkpoint        sound                   used
 *   sound checkpoint        missing or damaged      used, with a warning: it could not be made again
 *   starting catalog        missing, or the same    the store begins with it
 *   starting catalog        another                 refused
 *   missing                 sound                   made again from catalog-start.json and the logs
 *   damaged                 sound                   the same; the damaged file is kept under another name
 *   damaged                 missing                 refused
 *   missing                 missing                 the store begins with toys.json beside it, or that inside the jar
 *   missing or damaged      damaged                 refused
 * </pre>
 *
 * A checkpoint without a checksum is damaged, and so is what is not understood.
 */
final class CatalogFile {
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
    private NotACatalogException damage; // to the file that is there; null if there is none
    private final int priceDigits;

    /** @param priceDigits digits that a price of a starting catalog may have after the point */
    CatalogFile(Storage storage, Path folder, int priceDigits) {
        this.storage = storage;
        this.path = folder.resolve(NAME);
        this.start = folder.resolve(START);
        this.priceDigits = priceDigits;
    }

    /**
     * What is in the file. If that is made again, it is not in the file before it is written.
     *
     * @throws IOException if it cannot be read or is not a catalog; the message names the place
     */
    Checkpoint load() throws IOException {
        if (Files.exists(path)) {
            Contents contents;
            try {
                contents = read(path);
            } catch (NotACatalogException found) {
                return again(found);
            }
            if (contents.isStart()) {
                return begin(contents.products());
            }
            warnUnlessStartIsSound();
            return contents.checkpoint();
        }
        if (Files.exists(start)) {
            log.warn("no {}: it is made again from {} and the logs", path, start);
            return beginning(read(start).products());
        }
        return begin(startingProducts());
    }

    /** Whether there is a file, and a sound one. */
    boolean isSound() {
        return damage == null && Files.exists(path);
    }

    /** Replaces the file; the old one stays if that fails. A damaged one is kept under another name. */
    void write(Checkpoint checkpoint) throws IOException {
        if (damage != null) {
            setDamagedFileAside();
        }
        String head = HEAD_WRITER.writeValueAsString(
                new Head(checkpoint.orderLog(), checkpoint.asOf(), checkpoint.digest(), checkpoint.changes()));
        String begun = head.substring(0, head.length() - 1) + ",";
        AtomicFile.replace(storage, path, out -> write(out, begun, checkpoint.products()));
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** Keeps what the catalog begins with, for as long as the logs that tell of what came after it. */
    private Checkpoint begin(List<ProductRecord> items) throws IOException {
        if (!Files.exists(start)) {
            AtomicFile.create(storage, start, out -> write(out, "{", items));
        } else if (!read(start).products().equals(items)) {
            throw new IOException(path + " says nothing of \"as_of\", so it is a starting catalog, but " + start
                    + " is there already: this store began with other products. Prices and stock of a store that has"
                    + " begun are changed with PUT /products/<name>");
        }
        Checkpoint beginning = beginning(items);
        write(beginning);
        return beginning;
    }

    private static Checkpoint beginning(List<ProductRecord> items) {
        return new Checkpoint(null, 0, null, 0, items);
    }

    /** Makes the catalog again, whose file is damaged; if that can be done. */
    private Checkpoint again(NotACatalogException found) throws IOException {
        if (!Files.exists(start)) {
            throw found;
        }
        damage = found;
        return beginning(read(start).products());
    }

    private void setDamagedFileAside() throws IOException {
        Path aside = path.resolveSibling(NAME + ".damaged");
        for (int n = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); n++) {
            aside = path.resolveSibling(NAME + ".damaged-" + n);
        }
        storage.rename(path, aside);
        log.warn(
                "{}. The file is now {}; the catalog is made again from {} and the logs",
                damage.getMessage(),
                aside,
                start);
        damage = null;
    }

    private void warnUnlessStartIsSound() {
        try {
            if (Checksum.of(start) == Checksum.RIGHT) {
                return;
            }
            log.warn("{} was changed: {} could not be made again from it", start, path);
        } catch (IOException e) {
            log.warn("{} cannot be read: {} could not be made again from it: {}", start, path, e.toString());
        }
    }

    private List<ProductRecord> startingProducts() throws IOException {
        Path toys = path.resolveSibling(TOYS);
        if (Files.exists(toys)) {
            log.info("no {}: it is made from {}", path, toys);
            return read(toys).products();
        }
        log.info("no {} and no {}: it is made from the {} that comes with the program", path, toys, TOYS);
        try (InputStream in = CatalogFile.class.getResourceAsStream("/" + TOYS)) {
            return read(in, TOYS + " in the program").products();
        }
    }

    /** @param begun the object up to its products */
    private static void write(OutputStream file, String begun, List<ProductRecord> items) throws IOException {
        CheckedOutputStream out = new CheckedOutputStream(file, new CRC32C());
        print(out, begun + "\"products\":[\n  ");
        try (SequenceWriter lines = LINE_WRITER.writeValues(out)) {
            for (ProductRecord item : items) {
                lines.write(item);
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
            throw new NotACatalogException(file + " was changed: its checksum is that of other contents");
        }
        try (InputStream in = Files.newInputStream(file)) {
            Contents contents = read(in, file.toString());
            if (checksum == Checksum.NONE && !contents.isStart()) {
                throw new NotACatalogException(file + " has no checksum, as every checkpoint has");
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
            throw new NotACatalogException(source + " " + explain(e));
        }
        if (contents == null || contents.products() == null) {
            throw new NotACatalogException(source + ": expected an object with a list \"products\"");
        }
        Set<String> names = new HashSet<>();
        List<ProductRecord> products = new ArrayList<>(contents.products().size());
        for (int i = 0; i < contents.products().size(); i++) {
            ProductRecord item = contents.products().get(i);
            if (item == null) {
                throw new NotACatalogException(source + " products[" + i + "]: expected a product but found null");
            }
            if (contents.isStart() && item.quantity() > Constraints.MAX_STOCK) {
                throw new NotACatalogException(source + " products[" + i + "]: quantity is " + item.quantity()
                        + "; expected a whole number from 0 to " + Constraints.MAX_STOCK);
            }
            if (!names.add(item.name())) {
                throw new NotACatalogException(
                        source + " products[" + i + "]: a second product has the name \"" + item.name() + "\"");
            }
            products.add(contents.isStart() ? atStart(item, source + " products[" + i + "]") : item);
        }
        return new Contents(
                contents.orderLog(),
                contents.asOf(),
                contents.digest(),
                contents.changes(),
                products,
                contents.crc32c());
    }

    private ProductRecord atStart(ProductRecord item, String place) throws IOException {
        try {
            return item.at(Constraints.price(item.price(), priceDigits));
        } catch (IllegalArgumentException e) {
            throw new IOException(place + ": " + e.getMessage() + ", or a larger --price-digits", e);
        }
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

    /** A file was read, and what is in it is no catalog, or not the one that was written. */
    private static final class NotACatalogException extends IOException {
        NotACatalogException(String message) {
            super(message);
        }
    }

    /** Whether a file ends with the checksum of what is before that. */
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
            if (!start && (asOf == null || changes == null)) {
                throw new IllegalArgumentException("expected both of \"as_of\" and \"changes\", or neither");
            }
            if (!start) {
                Constraints.count("as_of", asOf);
                Constraints.count("changes", changes);
                if ((asOf > 0) != (digest != null)) {
                    throw new IllegalArgumentException("digest is " + digest + ", and as_of " + asOf
                            + "; expected a digest if there are orders, and none if there are none");
                }
            }
        }

        boolean isStart() {
            return asOf == null;
        }

        Checkpoint checkpoint() {
            return new Checkpoint(orderLog, asOf, digest, changes, products);
        }
    }
}
