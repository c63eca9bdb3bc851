package toystore.orders.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import toystore.durable.AppendLog;
import toystore.durable.LogDigest;
import toystore.durable.LogReader;
import toystore.durable.testing.UnforcedStorage;

/** Writes the files of a store, valid or damaged in any way. */
final class StoreFiles {
    static final String ORDERS = "orders-00000000000000000001.log";

    /** Makes a record from its number in the log. */
    interface Line {
        String json(long number);
    }

    private final Path folder;
    private final long segmentBytes;

    StoreFiles(Path folder, long segmentBytes) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
    }

    void start(String... products) throws IOException {
        write("catalog-start.json", "{\"products\":[\n  " + String.join(",\n  ", products) + "\n]}\n");
    }

    /** Writes a checkpoint of the existing order log. */
    void checkpoint(long asOf, long changes, String... products) throws IOException {
        checkpointOf(orderLog(), asOf, changes, products);
    }

    void checkpointOf(String orderLog, long asOf, long changes, String... products) throws IOException {
        String log = orderLog == null ? "" : "\"order_log\":\"" + orderLog + "\",";
        String digest = asOf == 0 ? "" : ",\"digest\":\"" + digest(asOf) + "\"";
        write(
                "catalog.json",
                "{" + log + "\"as_of\":" + asOf + digest + ",\"changes\":" + changes + ",\"products\":[\n  "
                        + String.join(",\n  ", products) + "\n]}\n");
    }

    static String product(String name, long quantity) {
        return "{\"name\":\"" + name + "\",\"price\":15.99,\"quantity\":" + quantity + "}";
    }

    void order(String name, long quantity) throws IOException {
        orders(number -> order(number, name, quantity, ""));
    }

    void orderWithKey(String name, String key) throws IOException {
        orders(number -> order(number, name, 1, ",\"key\":\"" + key + "\""));
    }

    static String order(long number, String name, long quantity, String more) {
        return "{\"order_number\":" + number + ",\"name\":\"" + name + "\",\"quantity\":" + quantity
                + ",\"price\":15.99,\"time\":\"2026-01-02T03:04:05.678Z\"" + more + ",\"reservation\":\"r-1\"}";
    }

    void orders(Line... records) throws IOException {
        append("orders", List.of(records));
    }

    void restock(String name, int add) throws IOException {
        changes(number -> "{\"change\":" + number + ",\"name\":\"" + name + "\",\"price\":15.99,\"add\":" + add + "}");
    }

    void changes(Line... records) throws IOException {
        append("catalog-changes", List.of(records));
    }

    String orderLog() throws IOException {
        return LogReader.scan(folder, "orders", entry -> {}).id();
    }

    /** Returns the digest of the order log up to an order. */
    private String digest(long number) throws IOException {
        long[] digest = new long[1];
        LogReader.scan(folder, "orders", entry -> digest[0] = entry.number() == number ? entry.digest() : digest[0]);
        return LogDigest.toText(digest[0]);
    }

    /** Writes a file. A catalog gets the matching checksum. */
    void write(String name, String text) throws IOException {
        String checksummed = text.replaceFirst("\\]},?\n$|\\],\n\"crc32c\":.*\n$", "],\n");
        if (checksummed.equals(text)) {
            writeWithoutChecksum(name, text);
        } else {
            CRC32C checksum = new CRC32C();
            checksum.update(checksummed.getBytes(UTF_8));
            String line = "\"crc32c\":\"" + HexFormat.of().toHexDigits((int) checksum.getValue()) + "\"}\n";
            writeWithoutChecksum(name, checksummed + line);
        }
    }

    void writeWithoutChecksum(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    void replace(String file, String found, String with) throws IOException {
        String text = Files.readString(folder.resolve(file));
        if (!text.contains(found)) {
            throw new AssertionError("no " + found + " in " + text);
        }
        write(file, text.replace(found, with));
    }

    /** Cuts bytes off the last line of a log, as a crash does. */
    void tear(String file, int bytes) throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve(file));
        long written =
                lineStart(file, Files.readAllLines(folder.resolve(file)).size() - 1); // the blanks have no line feed
        byte[] torn = Arrays.copyOf(content, (int) written - bytes + 1);
        torn[torn.length - 1] = '\t';
        Files.write(folder.resolve(file), torn);
    }

    /** Cuts bytes off the end of a file. */
    void cut(String file, int bytes) throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve(file));
        Files.write(folder.resolve(file), Arrays.copyOf(content, content.length - bytes));
    }

    /** Returns the byte at which a line of a file begins; the first line is 0. */
    long lineStart(String file, int line) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(file));
        return lines.subList(0, line).stream()
                .mapToLong(text -> text.getBytes(UTF_8).length + 1)
                .sum();
    }

    private void append(String name, List<Line> records) throws IOException {
        AppendLog.Options options = new AppendLog.Options(new UnforcedStorage(), folder, name, segmentBytes);
        try (AppendLog log = AppendLog.open(options, failure -> {})) {
            List<CompletableFuture<Long>> durable = new ArrayList<>();
            for (Line record : records) {
                durable.add(log.submit(number -> record.json(number).getBytes(UTF_8)));
            }
            durable.forEach(CompletableFuture::join);
        }
    }
}
