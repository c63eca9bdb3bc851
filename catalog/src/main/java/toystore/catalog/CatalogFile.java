package toystore.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
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
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import toystore.durable.AtomicFile;
import toystore.wire.codec.Complaint;
import toystore.wire.message.Product;
import toystore.wire.message.Rules;

/**
 * The catalog as a file, one product a line. What is not understood is refused: the next write would lose it.
 *
 * <pre>
 *   {"products":[
 *     {"name":"Tux","price":15.99,"quantity":100},
 *     …
 *   ]}
 * </pre>
 *
 * If it is missing, it is made from {@code toys.json} beside it, or else from the one inside the jar.
 */
final class CatalogFile {
    private static final Logger log = LoggerFactory.getLogger(CatalogFile.class);
    private static final String START = "toys.json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(Contents.class);
    private static final ObjectWriter LINE_WRITER = MAPPER.writerFor(Item.class)
            .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .withRootValueSeparator(",\n  ");

    private final Path path;

    CatalogFile(Path folder) {
        this.path = folder.resolve("catalog.json");
    }

    /**
     * The products in the file.
     *
     * @throws IOException if it cannot be read or is not a catalog; the message names the place
     */
    List<Product> load() throws IOException {
        if (Files.notExists(path)) {
            List<Product> products = startingProducts();
            write(products);
            return products;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return read(in, path.toString());
        }
    }

    /** Replaces the file; the old one stays if that fails. */
    void write(List<Product> products) throws IOException {
        AtomicFile.replace(path, out -> {
            print(out, "{\"products\":[\n  ");
            try (SequenceWriter lines = LINE_WRITER.writeValues(out)) {
                for (Product product : products) {
                    lines.write(new Item(product.name(), product.price(), product.quantity()));
                }
            } catch (JacksonIOException e) {
                throw e.getCause();
            }
            print(out, "\n]}\n");
        });
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private List<Product> startingProducts() throws IOException {
        Path start = path.resolveSibling(START);
        if (Files.exists(start)) {
            log.info("no {}: it is made from {}", path, start);
            try (InputStream in = Files.newInputStream(start)) {
                return read(in, start.toString());
            }
        }
        log.info("no {} and no {}: it is made from the {} that comes with the program", path, start, START);
        try (InputStream in = CatalogFile.class.getResourceAsStream("/" + START)) {
            return read(in, START + " in the program");
        }
    }

    private static List<Product> read(InputStream in, String source) throws IOException {
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
            if (!names.add(item.name())) {
                throw new IOException(
                        source + " products[" + i + "]: a second product has the name \"" + item.name() + "\"");
            }
        }
        return contents.products().stream().map(Item::product).toList();
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

    private record Contents(List<Item> products) {}

    private record Item(String name, BigDecimal price, Integer quantity) {
        Item {
            Rules.name(name);
            price = Rules.price(price);
            if (quantity == null) {
                throw new IllegalArgumentException("quantity is missing");
            }
            Rules.stock(quantity);
        }

        Product product() {
            return new Product(name, price, quantity, 1);
        }
    }
}
