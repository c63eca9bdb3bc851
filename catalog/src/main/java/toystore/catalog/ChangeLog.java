package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
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

/**
 * Restocks, new prices and new products, as an append-only log, {@code catalog-changes-….log}. A record is
 *
 * <pre>
 *   {"change":1,"name":"Tux","price":15.99,"add":100}
 * </pre>
 *
 * where {@code price} is left out if it stays as it is. Thread-safe.
 */
final class ChangeLog implements Closeable {
    static final String NAME = "catalog-changes";

    private static final JsonMapper MAPPER = JsonMappers.builder().build();

    private final AppendLog log;

    private record Line(long change, String name, java.math.BigDecimal price, int add) {}

    /** @param log made for this */
    ChangeLog(AppendLog log) {
        this.log = log;
    }

    /** Opens the log, or begins one. */
    static ChangeLog open(AppendLog.Options options, Consumer<IOException> onFailure) throws IOException {
        return new ChangeLog(AppendLog.open(options, onFailure));
    }

    /** Adds changes. Returns when they are on disk. */
    void append(List<Change> changes) throws IOException {
        List<CompletableFuture<Long>> durable = new ArrayList<>();
        for (Change change : changes) {
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

    /** Number of the last change. */
    long last() {
        return log.last();
    }

    /** A change by its number, from 1 to {@link #last()}. */
    Change read(long number) throws IOException {
        try {
            Line line = MAPPER.readValue(log.read(number), Line.class);
            if (line.change() != number) {
                throw new IOException(log.file() + ": record " + number + " is change " + line.change()
                        + "; records were removed or added by hand");
            }
            return new Change(line.name(), line.price(), line.add());
        } catch (JacksonException e) {
            throw new IOException(log.file() + ": record " + number + " is no change: " + JsonErrors.reason(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
