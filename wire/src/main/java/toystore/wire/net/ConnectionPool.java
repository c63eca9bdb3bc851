package toystore.wire.net;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.ConnectionReaper;
import toystore.common.ResourceStack;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;

/**
 * Connections to one service, which are kept open and used again: the one that was used last first. Broken ones are
 * replaced. Thread-safe.
 */
final class ConnectionPool implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);
    /** A connection that was idle for less is used without a check: no service restarts faster. */
    private static final Duration UNCHECKED_IDLE = Duration.ofMillis(200);
    /** Half of the time that a service allows: it must not close a connection just when that is used again. */
    static final Duration MAX_IDLE = MessageServer.IDLE.dividedBy(2);

    private static final byte[] NO_LINE = {};

    private final MessageClient.Options options;
    private final ConnectionReaper reaper;
    private final AtomicReference<Idle> idle = new AtomicReference<>(); // the top of a stack, or null
    private volatile boolean closed; // read without a lock, so that a connection released late is closed too

    /** An element of the stack of idle connections. Each push makes a new one, so that none is on the stack twice. */
    private record Idle(Connection connection, Idle below) {}

    /**
     * A pool without any connection yet.
     *
     * @param reaper closes connections on which a reply is late; the caller closes it
     */
    ConnectionPool(MessageClient.Options options, ConnectionReaper reaper) {
        this.options = options;
        this.reaper = reaper;
    }

    /** Takes a connection out of the pool, or opens one; {@link #release} puts it back. */
    Connection acquire() throws IOException {
        for (Connection connection = pop(); connection != null; connection = pop()) {
            if (connection.isUsable()) {
                return connection;
            }
            close(connection);
        }
        requireOpen();
        return new Connection();
    }

    void release(Connection connection, boolean reusable) {
        if (reusable && connection.endCall()) {
            push(connection);
        } else {
            close(connection);
        }
        if (closed) {
            closeIdle();
        }
    }

    /** Closes the connections that are not in use. */
    void closeIdle() {
        for (Connection connection = pop(); connection != null; connection = pop()) {
            close(connection);
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }

    private void push(Connection connection) {
        Idle top = idle.get();
        while (!idle.compareAndSet(top, new Idle(connection, top))) {
            top = idle.get();
        }
    }

    private Connection pop() {
        Idle top = idle.get();
        while (top != null && !idle.compareAndSet(top, top.below())) {
            top = idle.get();
        }
        return top == null ? null : top.connection();
    }

    private void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("the client is closed");
        }
    }

    private void close(Connection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        }
    }

    /**
     * One connection, used by one caller at a time. A message takes one write and one read; the reaper ends the wait
     * for a late reply. It is a channel because a channel can check for input without waiting and then block again; a
     * plain socket that was once connected or read with a timeout polls before each read.
     */
    final class Connection implements Closeable {
        private final SocketChannel channel;
        private final PeerStreams streams;
        private final OutputStream requests;
        private final LineReader replies;
        private final ConnectionReaper.Deadline deadline;
        private long idleSince;

        private Connection() throws IOException {
            try (ResourceStack opened = new ResourceStack()) {
                this.channel = opened.add(options.connect());
                this.deadline = opened.add(reaper.watch(channel, options.replyTimeout()));
                requireOpen(); // now, because the reaper runs for as long as it has a deadline to watch
                this.streams = options.transport().connect(channel, options, deadline);
                this.requests = streams.out();
                this.replies = new LineReader(streams.in(), MessageCodec.MAX_LINE);
                opened.release();
            }
        }

        /**
         * Sends a request and waits for the reply.
         *
         * @param line of the request
         * @throws SocketTimeoutException if the reply is late; the connection is closed then
         */
        byte[] exchange(byte[] line) throws IOException, MalformedMessageException {
            deadline.start();
            try {
                if (line.length > 0) {
                    requests.write(line);
                }
                byte[] reply = replies.next();
                if (reply == null) {
                    throw new EOFException("the connection was closed before a reply");
                }
                return reply;
            } catch (IOException e) {
                if (deadline.isExpired()) {
                    throw new SocketTimeoutException("no reply in time");
                }
                throw e;
            } finally {
                deadline.stop();
            }
        }

        /** Waits for a further reply to the same request; throws the same errors, also if the connection is stale. */
        byte[] next() throws IOException, MalformedMessageException {
            if (streams.isStale()) {
                throw new SocketException("its certificates were renewed, or have expired");
            }
            return exchange(NO_LINE);
        }

        /** Returns false if the connection is closed, or if more than the reply has arrived. */
        private boolean endCall() {
            idleSince = System.nanoTime();
            return !deadline.isExpired() && replies.isEmpty();
        }

        private boolean isUsable() {
            if (streams.isStale()) {
                return false;
            }
            long idleNanos = System.nanoTime() - idleSince;
            return idleNanos < UNCHECKED_IDLE.toNanos() || (idleNanos < MAX_IDLE.toNanos() && isSilent());
        }

        /** Returns whether neither the end of the stream has arrived nor a reply without a request. */
        private boolean isSilent() {
            try {
                channel.configureBlocking(false);
                int count = channel.read(ByteBuffer.allocate(1));
                channel.configureBlocking(true);
                return count == 0;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            deadline.close();
            channel.close();
        }
    }
}
