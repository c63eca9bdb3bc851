package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import toystore.durable.AppendLog;
import toystore.durable.DataFolder;
import toystore.wire.codec.Complaint;
import toystore.wire.message.Order;

/**
 * The order book as an append-only log, {@code orders-00000000000000000001.log}. A record is
 *
 * <pre>
 *   {"order_number":1,"name":"Tux","quantity":5,"price":15.99,"time":"2026-01-02T03:04:05.678Z"}
 * </pre>
 *
 * where the price is that of one unit.
 */
final class OrderLog implements OrderBook, Closeable {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(Order.class);
    private static final ObjectReader READER = MAPPER.readerFor(Order.class);

    private final DataFolder folder;
    private final AppendLog log;

    private OrderLog(DataFolder folder, AppendLog log) {
        this.folder = folder;
        this.log = log;
    }

    /**
     * Takes the folder, and opens the log in it or begins one; numbers go on from the last one in it.
     *
     * @param onFailure told once, if the log cannot be written any more
     * @throws IOException if the folder cannot be used or the log is damaged; the message says where
     */
    static OrderLog open(Path data, Consumer<IOException> onFailure) throws IOException {
        DataFolder folder = DataFolder.take(data, "orders");
        try {
            OrderLog orders = new OrderLog(folder, AppendLog.open(folder.path(), "orders", onFailure));
            orders.checkLatest();
            return orders;
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    @Override
    public Order commit(Draft draft) throws IOException {
        return draft.numbered(log.append(number -> WRITER.writeValueAsBytes(draft.numbered(number))));
    }

    @Override
    public Optional<Order> find(long number) throws IOException {
        if (number < 1 || number > log.last()) {
            return Optional.empty();
        }
        Order order = read(number);
        if (order.orderNumber() != number) {
            throw new IOException(log.file() + ": record " + number + " is order " + order.orderNumber()
                    + "; records were removed or added by hand");
        }
        return Optional.of(order);
    }

    @Override
    public long latest() {
        return log.last();
    }

    @Override
    public void close() throws IOException {
        try (folder) {
            log.close();
        }
    }

    private void checkLatest() throws IOException {
        try {
            find(latest());
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    private Order read(long number) throws IOException {
        try {
            return READER.readValue(log.read(number));
        } catch (JacksonException e) {
            throw new IOException(log.file() + ": record " + number + " is no order: " + Complaint.reason(e), e);
        }
    }
}
