package toystore.db.copy;

import java.io.Closeable;
import java.io.IOException;

/**
 * An empty store that gets the contents of another one. Not thread-safe.
 *
 * <p>After {@link CopyVisitor#end} it has all of it, and was audited; if it is closed before, or the audit finds a
 * difference, it is empty as before.
 */
interface CopyTarget extends CopyVisitor, Closeable {
    @Override
    void close() throws IOException;
}
