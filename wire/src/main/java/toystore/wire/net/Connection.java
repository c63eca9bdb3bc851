package toystore.wire.net;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import toystore.common.Address;
import toystore.common.ConnectionReaper;
import toystore.common.ResourceStack;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;

/**
 * One connection to a service, for one caller at a time. Each message is one write and one read: a {@link ConnectionReaper} ends
 * the wait for a reply that does not come. It is a channel because that can be looked at without a wait, and blocks
 * again after that; a plain {@link Socket} that was once connected or read with a timeout polls before each read.
 */
final class Connection implements Closeable {
    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final OutputStream requests;
    private final LineReader replies;
    private final ConnectionReaper.Deadline deadline;
    private long restingSince;
    private volatile long
            inUseSince; // 0 while it rests; written by its caller, read by those who wait for a connection

    Connection(MessageClient.Options options, ConnectionReaper reaper) throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            this.channel = opened.add(connect(options.address(), options.connectTimeout()));
            this.requests = channel.socket().getOutputStream();
            this.replies = new LineReader(channel.socket().getInputStream(), MessageCodec.MAX_LINE);
            this.deadline = reaper.watch(channel, options.replyTimeout());
            opened.release();
        }
    }

    /** A channel to a service; what is thrown has a message for a person. */
    static SocketChannel connect(Address address, Duration timeout) throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            SocketChannel channel = opened.add(SocketChannel.open());
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address.resolve(), (int) timeout.toMillis());
            opened.release();
            return channel;
        } catch (IOException e) {
            if (e instanceof UnknownHostException) {
                throw new UnknownHostException("the host is unknown");
            }
            if (e instanceof ConnectException) {
                throw new ConnectException("the connection is refused");
            }
            if (e instanceof SocketTimeoutException) {
                throw new SocketTimeoutException("no connection in " + timeout.toMillis() + " ms");
            }
            throw e;
        }
    }

    /**
     * Sends a line and waits for the one that answers it.
     *
     * @throws SocketTimeoutException if that did not come in time; the connection is closed then
     */
    byte[] exchange(byte[] line) throws IOException, MalformedMessageException {
        return await(line);
    }

    /** Waits for one more line that answers what was sent; the same errors. */
    byte[] next() throws IOException, MalformedMessageException {
        return await(NOTHING);
    }

    /** It is used for a call from now on. */
    void use() {
        inUseSince = System.nanoTime() | 1; // never 0
    }

    /** Nanoseconds since its call began; 0 if there is none. */
    long inUseFor(long now) {
        long since = inUseSince;
        return since == 0 ? 0 : now - since;
    }

    /** It is not used for a while; false if it is closed, or has more than it was asked for: that is nobody's reply. */
    boolean rest() {
        inUseSince = 0;
        restingSince = System.nanoTime();
        return !deadline.isExpired() && replies.isEmpty();
    }

    private byte[] await(byte[] line) throws IOException, MalformedMessageException {
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

    /**
     * Whether it may be used again.
     *
     * @param trusted a rest in which no service can have been started anew; after a longer one it is looked at
     * @param longest a rest after which the service may close it at any moment
     */
    boolean isUsable(Duration trusted, Duration longest) {
        long rest = System.nanoTime() - restingSince;
        return rest < trusted.toNanos() || (rest < longest.toNanos() && isSilent());
    }

    private boolean isSilent() {
        try {
            channel.configureBlocking(false);
            int count = channel.read(ByteBuffer.allocate(1)); // the end, or a line that nobody asked for
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
