package toystore.common;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Resources that are opened one after the other. Not thread-safe.
 *
 * <p>If one of them cannot be opened, those before it are closed, the last one first.
 *
 * <pre>
 *   try (ResourceStack opened = new ResourceStack()) {
 *       Log log = opened.add(Log.open(…));
 *       Service service = new Service(log, opened.add(new Server(…)));
 *       opened.release(); // the service closes them
 *       return service;
 *   }
 * </pre>
 */
public final class ResourceStack implements Closeable {
    private final Deque<Closeable> resources = new ArrayDeque<>();

    /** Adds a resource that {@link #close} closes, unless it is released before. */
    public <C extends Closeable> C add(C resource) {
        resources.push(resource);
        return resource;
    }

    /** Forgets the resources: another object closes them from now on. */
    public void release() {
        resources.clear();
    }

    /** Closes the resources, the last one first; all of them, also if one cannot be closed. */
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
