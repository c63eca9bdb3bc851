package toystore.db.copy;

import java.io.IOException;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;

/** Receives a store: its header, all products, all changes, all orders; then its end. Not thread-safe. */
interface CopyVisitor {
    void header(Header header) throws IOException;

    void product(ProductLine product) throws IOException;

    void change(ChangeLine change) throws IOException;

    void order(PlacedOrder order) throws IOException;

    /** The store is complete. */
    void end() throws IOException;
}
