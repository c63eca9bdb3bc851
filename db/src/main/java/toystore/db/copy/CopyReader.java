package toystore.db.copy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import toystore.common.Abbreviated;
import toystore.common.json.JsonErrors;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.End;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;

/**
 * Reads the lines of the {@link CopyFormat}, and checks that they are complete and agree. Not thread-safe.
 *
 * <p>In memory are the totals of each product. An exception names the line.
 */
final class CopyReader {
    private static final int MAX_LINE = 64 << 10; // bytes

    private final InputStream in;
    private final String name;
    private final CRC32C checksum = new CRC32C();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Map<String, Totals> products = new HashMap<>();
    private long number; // of the line

    /** The units of a product. */
    private static final class Totals {
        private final ProductLine product;
        private final long line;
        private long restocked;
        private long ordered;

        Totals(ProductLine product, long line) {
            this.product = product;
            this.line = line;
        }
    }

    /**
     * A reader of a stream.
     *
     * @param in buffered
     * @param name of the stream, for messages
     */
    CopyReader(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    /**
     * Reads all lines.
     *
     * @throws IOException if the stream cannot be read, or is not the export of a store
     */
    void read(CopyVisitor visitor) throws IOException {
        Header header = next(Header.class, "the header");
        visitor.header(header);
        for (long i = 1; i <= header.products(); i++) {
            ProductLine product = next(ProductLine.class, "product " + i + " of " + header.products());
            if (products.put(product.product(), new Totals(product, number)) != null) {
                throw wrong("a second product has the name " + Abbreviated.quoted(product.product()));
            }
            visitor.product(product);
        }
        for (long i = 1; i <= header.changes(); i++) {
            ChangeLine change = next(ChangeLine.class, "change " + i + " of " + header.changes());
            requireNumber("change", i, change.change());
            totals("change", i, change.name()).restocked += change.add();
            visitor.change(change);
        }
        for (long i = 1; i <= header.orders(); i++) {
            PlacedOrder order = next(PlacedOrder.class, "order " + i + " of " + header.orders());
            requireNumber("order", i, order.order());
            totals("order", i, order.name()).ordered += order.quantity();
            visitor.order(order);
        }
        readEnd();
        for (Totals totals : products.values()) {
            check(totals);
        }
        visitor.end();
    }

    private void readEnd() throws IOException {
        String expected = HexFormat.of().toHexDigits((int) checksum.getValue());
        End end = next(End.class, "the end");
        if (end.end() != number - 1) {
            throw wrong("end is " + end.end() + ", but " + (number - 1) + " lines are before it");
        }
        if (!expected.equals(end.crc32c())) {
            throw wrong("the checksum is " + end.crc32c() + ", but the lines before it have " + expected
                    + ": one of them was changed");
        }
        if (in.read() >= 0) {
            number++;
            throw wrong("expected nothing after the end");
        }
    }

    private Totals totals(String kind, long i, String product) throws IOException {
        Totals totals = products.get(product);
        if (totals == null) {
            throw wrong(
                    kind + " " + i + " is of " + Abbreviated.quoted(product) + ", which is no product of this export");
        }
        return totals;
    }

    private void requireNumber(String kind, long expected, long found) throws IOException {
        if (found != expected) {
            throw wrong(kind + " " + found + " found, but " + kind + " " + expected + " expected");
        }
    }

    private void check(Totals totals) throws IOException {
        ProductLine product = totals.product;
        number = totals.line;
        if (product.restocked() != totals.restocked) {
            throw wrong(Abbreviated.quoted(product.product()) + ": restocked is " + product.restocked()
                    + ", but its changes add " + totals.restocked);
        }
        long left = product.started() + totals.restocked - totals.ordered;
        if (left != product.quantity()) {
            throw wrong(Abbreviated.quoted(product.product()) + ": started with " + product.started() + ", restocked "
                    + totals.restocked + ", ordered " + totals.ordered + ": " + left + " left, but quantity is "
                    + product.quantity());
        }
    }

    private <T> T next(Class<T> type, String expected) throws IOException {
        boolean complete = readLine();
        if (!complete) {
            throw new IOException(name + " ends after line " + number + (line.size() > 0 ? ", in the next one" : "")
                    + ", but " + expected + " should follow: the export is not complete, and nothing is imported");
        }
        number++;
        byte[] json = line.toByteArray();
        try {
            T read = CopyFormat.MAPPER.readValue(json, type);
            if (read == null) {
                throw wrong("expected " + expected + ", but found null");
            }
            checksum.update(json);
            checksum.update('\n');
            return read;
        } catch (JacksonException e) {
            String place = JsonErrors.place(e);
            throw wrong("expected " + expected + ": " + (place.isEmpty() ? "" : place + ": ") + JsonErrors.reason(e));
        }
    }

    /** Returns whether there is a whole line. */
    private boolean readLine() throws IOException {
        line.reset();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return true;
            }
            if (line.size() == MAX_LINE) {
                number++;
                throw wrong("the line has more than " + MAX_LINE + " bytes");
            }
            line.write(b);
        }
        return false;
    }

    private IOException wrong(String problem) {
        return new IOException(name + " line " + number + ": " + problem);
    }
}
