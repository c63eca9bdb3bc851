package toystore.db.copy;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;

/** Says how far a copy is, at most once a second, and passes it on. Not thread-safe. */
final class CopyProgress implements CopyVisitor {
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
    private static final int ORDERS_BETWEEN = 1024; // looks at the clock

    private final CopyVisitor next;
    private final String done;
    private final PrintStream out;
    private Header header;
    private long printed;

    /** @param done what was done with the lines: {@code exported} */
    CopyProgress(CopyVisitor next, String done, PrintStream out) {
        this.next = next;
        this.done = done;
        this.out = out;
        this.printed = System.nanoTime();
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
        if (order.order() % ORDERS_BETWEEN == 0 && System.nanoTime() - printed >= INTERVAL) {
            out.println(done + " " + order.order() + " of " + header.orders() + " orders");
            printed = System.nanoTime();
        }
    }

    @Override
    public void end() throws IOException {
        next.end();
        out.println(done + " " + header.products() + " products, " + header.changes() + " changes, " + header.orders()
                + " orders");
    }
}
