package toystore.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import toystore.durable.AtomicFile;
import toystore.durable.Storage;
import toystore.wire.codec.Complaint;
import toystore.wire.message.Rules;

/**
 * The catalog as a file, one product a line. What is not understood is refused: the next write would lose it.
 *
 * <pre>
 *   {"order_log":"3f0c…","as_of":1234,"changes":5,"products":[
 *     {"name":"Tux","price":15.99,"quantity":100},
 *     …
 *   ]}
 * </pre>
 *
 * The quantities count the orders of that log up to number {@code as_of}, and the changes up to {@code changes}. A
 * starting catalog has the products alone. If {@code catalog.json} is missing, it is made from {@code
 * catalog-start.json}, what this catalog began with; if that is missing too, from {@code toys.json} beside it, or
 * else from the one inside the jar.
 */
final class CatalogFile {
    static final String NAME = "catalog.json";
    static final String START = "catalog-start.json";

    private static final Logger log = LoggerFactory.getLogger(CatalogFile.class);
    private static final String TOYS = "toys.json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(Contents.class);
    private static final ObjectWriter HEAD_WRITER = MAPPER.writerFor(Head.class);
    private static final ObjectWriter LINE_WRITER = MAPPER.writerFor(Item.class)
            .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .withRootValueSeparator(",\n  ");

    private final Storage storage;
    private final Path path;
    private final Path start;

    CatalogFile(Storage storage, Path folder) {
        this.storage = storage;
        this.path = folder.resolve(NAME);
        this.start = folder.resolve(START);
    }

    /**
     * What is in the file.
     *
     * @throws IOException if it cannot be read or is not a catalog; the message names the place
     */
    Checkpoint load() throws IOException {
        if (Files.exists(path)) {
            Contents contents = read(path);
            return contents.isStart() ? begin(contents.products()) : contents.checkpoint();
        }
        if (Files.exists(start)) {
            log.warn("no {}: it is made again from {} and the logs", path, start);
            return beginning(read(start).products());
        }
        return begin(startingProducts());
    }

    /** Replaces the file; the old one stays if that fails. */
    void write(Checkpoint checkpoint) throws IOException {
        AtomicFile.replace(storage, path, out -> {
            String head = HEAD_WRITER.writeValueAsString(
                    new Head(checkpoint.orderLog(), checkpoint.asOf(), checkpoint.changes()));
            print(out, head.substring(0, head.length() - 1) + ",");
            writeProducts(out, checkpoint.products());
        });
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** Keeps what the catalog begins with, for as long as the logs that tell of what came after it. */
    private Checkpoint begin(List<Item> items) throws IOException {
        if (Files.exists(start) && !read(start).products().equals(items)) {
            throw new IOException(path + " says nothing of \"as_of\", so it is a starting catalog, but " + start
                    + " is there already: this store began with other products. Prices and stock of a store that has"
                    + " begun are changed with PUT /products/<name>");
        }
        Checkpoint beginning = beginning(items);
        AtomicFile.replace(storage, start, out -> {
            print(out, "{");
            writeProducts(out, beginning.products());
        });
        write(beginning);
        return beginning;
    }

    private static Checkpoint beginning(List<Item> items) {
        return new Checkpoint(null, 0, 0, items);
    }

    private List<Item> startingProducts() throws IOException {
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

    private static void writeProducts(OutputStream out, List<Item> items) throws IOException {
        print(out, "\"products\":[\n  ");
        try (SequenceWriter lines = LINE_WRITER.writeValues(out)) {
            for (Item item : items) {
                lines.write(item);
            }
        } catch (JacksonIOException e) {
            throw e.getCause();
        }
        print(out, "\n]}\n");
    }

    private static Contents read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    private static Contents read(InputStream in, String source) throws IOException {
        Contents contents;
        try {
            contents = READER.readValue(in);
        } catch (JacksonException e) {
            throw new IOException(source + " " + explain(e), e);
        }
        if (contents == null || contents.products() == null) {
            throw new IOException(source + ": expected an object with a list \"products\"");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < contents.products().size(); i++) {
            Item item = contents.products().get(i);
            if (item == null) {
                throw new IOException(source + " products[" + i + "]: expected a product but found null");
            }
            if (contents.isStart() && item.quantity() > Rules.MAX_STOCK) {
                throw new IOException(source + " products[" + i + "]: quantity is " + item.quantity()
                        + "; expected a whole number from 0 to " + Rules.MAX_STOCK);
            }
            if (!names.add(item.name())) {
                throw new IOException(
                        source + " products[" + i + "]: a second product has the name \"" + item.name() + "\"");
            }
        }
        return contents;
    }

    private static String explain(JacksonException e) {
        String where = Stream.of(lineAndColumn(e.getLocation()), Complaint.place(e))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
        return where + ": " + Complaint.reason(e);
    }

    private static String lineAndColumn(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static void print(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private record Head(String orderLog, long asOf, long changes) {}

    private record Contents(String orderLog, Long asOf, Long changes, List<Item> products) {
        @SuppressWarnings("UnusedMethod") // Jackson calls it
        Contents {
            boolean start = orderLog == null && asOf == null && changes == null;
            if (!start && (asOf == null || changes == null)) {
                throw new IllegalArgumentException("expected both of \"as_of\" and \"changes\", or neither");
            }
            if (!start) {
                Rules.count("as_of", asOf);
                Rules.count("changes", changes);
            }
        }

        boolean isStart() {
            return asOf == null;
        }

        Checkpoint checkpoint() {
            return new Checkpoint(orderLog, asOf, changes, products);
        }
    }
}
