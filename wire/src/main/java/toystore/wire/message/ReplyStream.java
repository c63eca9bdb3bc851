package toystore.wire.message;

import java.io.Closeable;

/**
 * Any number of replies to one request, each on a line of its own, until the connection is closed. Not thread-safe.
 *
 * <p>The connection carries nothing else from then on.
 */
public non-sealed interface ReplyStream extends Reply, Closeable {
    /**
     * Waits for the next reply, at most a quarter of a second, because the peer takes a longer silence for a failure.
     *
     * @throws RefusedException if there are no more replies; it is the last one
     */
    Reply next() throws InterruptedException, RefusedException;

    /** Ends the stream. */
    @Override
    void close();
}
