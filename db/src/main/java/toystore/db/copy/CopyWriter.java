package toystore.db.copy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.End;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;

/** Writes a store as the lines of the {@link CopyFormat}. Not thread-safe. */
class CopyWriter implements CopyVisitor {
    private final CRC32C checksum = new CRC32C();
    private final OutputStream out;
    private long lines;

    /** @param out buffered; the caller flushes and closes it */
    CopyWriter(OutputStream out) {
        this.out = new CheckedOutputStream(out, checksum);
    }

    @Override
    public void header(Header header) throws IOException {
        write(header);
    }

    @Override
    public void product(ProductLine product) throws IOException {
        write(product);
    }

    @Override
    public void change(ChangeLine change) throws IOException {
        write(change);
    }

    @Override
    public void order(PlacedOrder order) throws IOException {
        write(order);
    }

    @Override
    public void end() throws IOException {
        write(new End(lines, HexFormat.of().toHexDigits((int) checksum.getValue())));
    }

    private void write(Object line) throws IOException {
        out.write(CopyFormat.MAPPER.writeValueAsBytes(line));
        out.write('\n');
        lines++;
    }
}
