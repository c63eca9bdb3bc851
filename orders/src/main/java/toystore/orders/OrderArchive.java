package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tools.jackson.core.JacksonException;
import toystore.common.json.JsonErrors;
import toystore.durable.AppendLog;
import toystore.durable.LogDigest;
import toystore.durable.LogReader;

/**
 * The order log of a store whose services do not run: reads all of it, or writes a new one. Not thread-safe.
 *
 * <p>It takes no lock; the caller has that of the folder.
 */
public final class OrderArchive implements Closeable {
    private static final int UNFORCED = 1000; // orders that wait for the disk at once

    private final AppendLog log;
    private CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
    private long appended;

    /** Receives the orders in the order of their numbers. */
    public interface Visitor {
        void order(OrderLine order) throws IOException;
    }

    /**
     * What a log has.
     *
     * @param log its id; {@code null} if there is no log
     * @param last number of the last order; 0 if there is none
     * @param digest of the log up to that order; {@code null} if there is none
     */
    public record Extent(String log, long last, String digest) {}

    private OrderArchive(AppendLog log) {
        this.log = log;
    }

    /**
     * Reads all orders. An incomplete record at the end, which a crash has left, is none.
     *
     * @throws IOException if the log is damaged; the message names the place
     */
    public static Extent read(Path folder, Visitor visitor) throws IOException {
        long[] digest = new long[1];
        LogReader.Summary summary = LogReader.scan(folder, OrderLog.NAME, entry -> {
            digest[0] = entry.digest();
            visitor.order(parse(entry));
        });
        return new Extent(summary.id(), summary.last(), summary.last() == 0 ? null : LogDigest.toText(digest[0]));
    }

    private static OrderLine parse(LogReader.Entry entry) throws IOException {
        String place = entry.file() + " at byte " + entry.offset() + ": record " + entry.number();
        try {
            OrderLine order = OrderLine.parse(entry.json());
            if (order.orderNumber() != entry.number()) {
                throw new IOException(place + " is order " + order.orderNumber());
            }
            return order;
        } catch (JacksonException e) {
            throw new IOException(place + " is no order: " + JsonErrors.reason(e), e);
        }
    }

    /** Creates a log in a folder that has none. */
    public static OrderArchive create(Path folder) throws IOException {
        return new OrderArchive(AppendLog.open(folder, OrderLog.NAME, failure -> {}));
    }

    /** Appends an order, which gets the next number. */
    public void append(OrderLine order) throws IOException {
        last = log.submit(number -> order.numbered(number).json());
        if (++appended % UNFORCED == 0) {
            force();
        }
    }

    private void force() throws IOException {
        try {
            last.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Returns what the log has, once it is on disk. */
    public Extent extent() throws IOException {
        force();
        long number = log.last();
        return new Extent(log.id(), number, number == 0 ? null : LogDigest.toText(log.digest(number)));
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
