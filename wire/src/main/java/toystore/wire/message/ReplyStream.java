package toystore.wire.message;

import java.io.Closeable;

/**
 * Any number of replies to one request, each on a line of its own, for as long as the connection stands: it is for them
 * alone from then on. For one thread.
 */
public non-sealed interface ReplyStream extends Reply, Closeable {
    /** Waits for the next reply; a quarter of a second at most, or the peer would take the silence for a fault. */
    Reply next() throws InterruptedException;

    /** Nobody wants more. */
    @Override
    void close();
}
