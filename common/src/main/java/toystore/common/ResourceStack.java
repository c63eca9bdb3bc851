package toystore.common;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Resources that are opened one after the other, and belong together once all are: if one cannot be opened, those before it
 * are closed, the last one first. Not thread-safe.
 *
 * <pre>
 *   try (ResourceStack opened = new ResourceStack()) {
 *       Log log = opened.add(Log.open(…));
 *       Service service = new Service(log, opened.add(new Server(…)));
 *       opened.release(); // the service closes them from now on
 *       return service;
 *   }
 * </pre>
 */
public final class ResourceStack implements Closeable {
    private final Deque<Closeable> resources = new ArrayDeque<>();

    /** Closes it too, unless everything is released. */
    public <C extends Closeable> C add(C resource) {
        resources.push(resource);
        return resource;
    }

    /** Somebody else closes what was added. */
    public void release() {
        resources.clear();
    }

    /** Closes what was added and not released; every resource, also if one of them fails. */
    @Override
    public void close() throws IOException {
        if (!resources.isEmpty()) {
            Closeable last = resources.pop();
            try (this) {
                last.close();
            }
        }
    }
}
