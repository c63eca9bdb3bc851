package toystore.db.copy;

import java.io.Closeable;
import java.io.IOException;

/** A store that can be read whole. Not thread-safe. */
interface CopySource extends Closeable {
    /** Reads the store as it was at one moment. */
    void read(CopyVisitor visitor) throws IOException;
}
