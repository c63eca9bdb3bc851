package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonErrors;
import toystore.common.json.JsonMappers;
import toystore.durable.AppendLog;
import toystore.engine.ProductChange;

/**
 * The append-only log of restocks, new prices and new products: {@code catalog-changes-….log}. Thread-safe.
 *
 * <p>A record is
 *
 * <pre>
 *   {"change":1,"name":"Tux","price":15.99,"add":100}
 * </pre>
 *
 * without {@code price} if the price stays as it is. {@code add} is negative if the change takes units from the stock.
 */
final class ChangeLog implements Closeable {

    static final String NAME = "catalog-changes";

    private static final JsonMapper MAPPER = JsonMappers.builder().build();

    private final AppendLog log;

    private record Line(long change, String name, BigDecimal price, int add) {}

    private ChangeLog(AppendLog log) {
        this.log = log;
    }

    /** Opens the log, or creates it. */
    static ChangeLog open(AppendLog.Options options, Consumer<IOException> onFailure) throws IOException {
        return new ChangeLog(AppendLog.open(options, onFailure));
    }

    /** Appends changes. Returns when they are on disk. */
    void append(List<ProductChange> changes) throws IOException {
        List<CompletableFuture<Long>> durable = new ArrayList<>(changes.size());
        for (ProductChange change : changes) {
            durable.add(log.submit(
                    number -> MAPPER.writeValueAsBytes(new Line(number, change.name(), change.price(), change.add()))));
        }
        try {
            durable.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** See {@link AppendLog#stalled}. */
    Duration stalled() {
        return log.stalled();
    }

    /** The number of the last change. */
    long last() {
        return log.last();
    }

    /** Reads the change with this number, from 1 to {@link #last()}. */
    ProductChange read(long number) throws IOException {
        return parse(log.read(number), number, log.file().toString());
    }

    /**
     * Parses a record.
     *
     * @param place for messages
     */
    static ProductChange parse(byte[] json, long number, String place) throws IOException {
        try {
            Line line = MAPPER.readValue(json, Line.class);
            if (line.change() != number) {
                throw new IOException(place + ": record " + number + " is change " + line.change()
                        + "; somebody has removed or added records by hand");
            }
            return new ProductChange(line.name(), line.price(), line.add());
        } catch (JacksonException e) {
            throw new IOException(place + ": record " + number + " is not a change: " + JsonErrors.reason(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
