package toystore.db.copy;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;

/** Says how far a copy is, at most once a second, and passes it on. Not thread-safe. */
final class CopyProgress implements CopyVisitor {
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
    private static final int ORDERS_BETWEEN = 1024; // looks at the clock

    private final CopyVisitor next;
    private final String verb;
    private final PrintStream out;
    private final LongSupplier nanoTime;
    private Header header;
    private long printed;

    /** @param verb what is done with the lines: {@code import} */
    CopyProgress(CopyVisitor next, String verb, PrintStream out) {
        this(next, verb, out, System::nanoTime);
    }

    /** @param nanoTime the clock */
    CopyProgress(CopyVisitor next, String verb, PrintStream out, LongSupplier nanoTime) {
        this.next = next;
        this.verb = verb;
        this.out = out;
        this.nanoTime = nanoTime;
        this.printed = nanoTime.getAsLong();
    }

    @Override
    public void header(Header read) throws IOException {
        header = read;
        next.header(read);
    }

    @Override
    public void product(ProductLine product) throws IOException {
        next.product(product);
    }

    @Override
    public void change(ChangeLine change) throws IOException {
        next.change(change);
    }

    @Override
    public void order(PlacedOrder order) throws IOException {
        next.order(order);
        if (order.order() % ORDERS_BETWEEN == 0) {
            long now = nanoTime.getAsLong();
            if (now - printed >= INTERVAL) {
                out.println(verb + "ing: " + order.order() + " of " + header.orders() + " orders");
                printed = now;
            }
        }
    }

    @Override
    public void end() throws IOException {
        next.end();
        out.println(verb + "ed " + header.products() + " products, " + header.changes() + " changes, " + header.orders()
                + " orders");
    }
}
