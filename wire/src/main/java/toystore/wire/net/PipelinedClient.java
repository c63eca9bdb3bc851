package toystore.wire.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.ConnectionReaper;
import toystore.common.ResourceStack;
import toystore.common.Threads;
import toystore.common.log.Trace;
import toystore.wire.codec.LineReader;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;

/**
 * Calls one service over one connection, and sends the next request without waiting for the reply. Thread-safe.
 *
 * <p>Requests of many callers at the same time leave in one write, and so may the replies. Use it for requests that are
 * handled at once: a slow one would delay those behind it.
 *
 * <p>If no other thread is writing, the caller writes its request, and those that other callers add meanwhile. One
 * thread opens the connection, reads the replies and completes the futures.
 */
public final class PipelinedClient implements WriteBatch.Outbox, Closeable {
    private static final Logger log = LoggerFactory.getLogger(PipelinedClient.class);
    private static final String REPLACED = "it was idle for too long, or its certificate was renewed";

    private final MessageClient.Options options;
    private final MessageObserver observer;
    private final ConnectionReaper reaper;

    @GuardedBy("this")
    private Queue<Call<?>> unsent = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean writing; // a thread sends the unsent calls

    @GuardedBy("this")
    private Link link; // for the next request; null if there is none

    @GuardedBy("this")
    private final Set<Link> open = new HashSet<>(); // with those that are replaced, and have calls left

    @GuardedBy("this")
    private boolean closed;

    /** A request, and the future of its reply. */
    private static final class Call<R extends Reply> {
        private final ServiceRequest<R> request;
        private final byte[] line;
        private final long start = System.nanoTime();
        private final CompletableFuture<R> outcome = new CompletableFuture<>();

        Call(ServiceRequest<R> request) {
            this.request = request;
            this.line = MessageCodec.encode(request, Trace.current());
        }
    }

    /** A connection, and the calls that were sent on it and are not answered, in their order. Guarded by the client. */
    private static final class Link {
        private final SocketChannel channel;
        private final PeerStreams streams;
        private final ConnectionReaper.Deadline deadline; // of the first unanswered call
        private final Queue<Call<?>> unanswered = new ArrayDeque<>();
        private long idleSince = System.nanoTime(); // if no call is unanswered
        private boolean handling; // a reply is being handled, so that nothing waits for the service

        Link(SocketChannel channel, PeerStreams streams, ConnectionReaper.Deadline deadline) {
            this.channel = channel;
            this.streams = streams;
            this.deadline = deadline;
        }

        void expect(Queue<Call<?>> calls) {
            if (unanswered.isEmpty() && !handling) {
                deadline.start();
            }
            unanswered.addAll(calls);
        }

        /** Takes the call that a reply answers; {@code null} if there is none. */
        Call<?> beginReply() {
            Call<?> call = unanswered.poll();
            if (call != null) {
                deadline.stop();
                handling = true;
            }
            return call;
        }

        void endReply() {
            handling = false;
            if (!unanswered.isEmpty()) {
                deadline.start();
            } else {
                idleSince = System.nanoTime();
            }
        }

        boolean isIdle() {
            return unanswered.isEmpty() && !handling;
        }

        /** Returns whether a new connection should be used for the next request. */
        boolean isToBeReplaced() {
            return streams.isStale() || (isIdle() && System.nanoTime() - idleSince > ConnectionPool.MAX_IDLE.toNanos());
        }
    }

    /** Opens no connection yet: the service may be started later. At most one is open at a time. */
    public PipelinedClient(MessageClient.Options options, MessageObserver observer) {
        this(options, observer, options.startReaper());
    }

    /** @param reaper closes the connection if a reply is late; this client closes it */
    PipelinedClient(MessageClient.Options options, MessageObserver observer, ConnectionReaper reaper) {
        this.options = options;
        this.observer = observer;
        this.reaper = reaper;
    }

    /**
     * Sends the request, at most once. Does not wait for a connection.
     *
     * @return the reply, or the exceptions of {@link MessageClient#call}. The thread that reads the replies completes
     *     it, so dependent actions must be short
     */
    public <R extends Reply> CompletableFuture<R> call(ServiceRequest<R> request) {
        Call<R> call = new Call<>(request);
        synchronized (this) {
            unsent.add(call);
        }
        WriteBatch.add(this);
        return call.outcome;
    }

    @Override
    public void flush() {
        synchronized (this) {
            if (writing || unsent.isEmpty()) {
                return;
            }
            writing = true;
        }
        sendAll();
    }

    /** Sends the unsent calls until there are none, as the only writer. Without a connection, another thread does it. */
    private void sendAll() {
        boolean done = false;
        try {
            while (!done) {
                Link to = usable();
                if (to == null) {
                    Threads.named(options.service() + "-reply-reader", this::run)
                            .start();
                    done = true;
                } else {
                    done = !sendOnce(to);
                }
            }
        } finally {
            if (!done) { // after an error: no caller may wait forever, and other threads must be able to send
                failUnsent(options.brokeOff(new IOException("it could not be sent")));
            }
        }
    }

    /**
     * The open connection, if it can be used for the next request; otherwise {@code null}. One that is to be replaced
     * ends when the calls that it has are answered.
     */
    private Link usable() {
        Link old;
        synchronized (this) {
            if (link == null || !link.isToBeReplaced()) {
                return link;
            }
            old = link;
            link = null;
            if (!isDone(old)) {
                return null;
            }
        }
        breakOff(old, new EOFException(REPLACED));
        return null;
    }

    /** Returns whether a connection that is replaced has no calls left. */
    private synchronized boolean isDone(Link which) {
        return which != link && which.isIdle();
    }

    /** Sends the unsent calls. Returns false if there are none: then this thread is not the writer any more. */
    private boolean sendOnce(Link to) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(256);
        synchronized (this) {
            if (unsent.isEmpty()) {
                writing = false;
                return false;
            }
            if (to != link) { // it broke just now: they go to the next connection
                return true;
            }
            unsent.forEach(call -> lines.writeBytes(call.line)); // first: an error must not leave calls that wait
            to.expect(unsent);
            unsent = new ArrayDeque<>();
        }
        IOException failure = new IOException("not all of it was sent"); // after an Error
        try {
            to.streams.out().write(lines.toByteArray());
            failure = null;
        } catch (IOException e) {
            failure = e;
        } finally {
            if (failure != null) { // the replies to later calls would be taken for those to these calls
                breakOff(to, failure);
            }
        }
        return true;
    }

    private void failUnsent(UnavailableException why) {
        Queue<Call<?>> calls;
        synchronized (this) {
            calls = unsent;
            unsent = new ArrayDeque<>();
            writing = false;
        }
        fail(calls, why);
    }

    /** Opens a connection, sends the unsent calls as the writer, and reads the replies until the connection breaks. */
    private void run() {
        Link made;
        try {
            made = open();
        } catch (IOException e) {
            failUnsent(options.cannotBeReached(e)); // also those added meanwhile: they would fail after the same wait
            return;
        } catch (RuntimeException | Error e) {
            failUnsent(options.brokeOff(new IOException("no connection could be opened", e)));
            throw e;
        }
        use(made);
    }

    private Link open() throws IOException {
        requireOpen();
        try (ResourceStack opened = new ResourceStack()) {
            SocketChannel channel = opened.add(options.connect());
            ConnectionReaper.Deadline deadline = opened.add(reaper.watch(channel, options.replyTimeout()));
            requireOpen(); // now, because the reaper runs for as long as it has a deadline to watch
            Link made = new Link(channel, options.transport().connect(channel, options, deadline), deadline);
            synchronized (this) {
                requireOpen();
                link = made;
                open.add(made);
            }
            opened.release();
            return made;
        }
    }

    private synchronized void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("the client is closed");
        }
    }

    private void use(Link from) {
        try {
            sendAll();
            LineReader lines = new LineReader(from.streams.in(), MessageCodec.MAX_LINE);
            while (!isDone(from)) {
                byte[] line = lines.next();
                if (line == null) {
                    throw new EOFException("the connection was closed before a reply");
                }
                answer(from, line);
            }
            throw new EOFException(REPLACED);
        } catch (IOException e) {
            breakOff(from, e);
        } catch (MalformedMessageException e) {
            breakOff(from, new ProtocolException(e.getMessage()));
        } catch (RuntimeException | Error e) {
            breakOff(from, new IOException("a reply could not be handled: " + e, e));
            throw e;
        }
    }

    private void answer(Link from, byte[] line) throws MalformedMessageException {
        Call<?> call;
        synchronized (this) {
            call = from.beginReply();
        }
        if (call == null) {
            throw new MalformedMessageException("a reply without a request");
        }
        try {
            finish(call, line);
        } catch (RuntimeException | Error e) {
            call.outcome.completeExceptionally(options.brokeOff(new IOException("its reply could not be read", e)));
            throw e;
        }
        synchronized (this) {
            from.endReply();
        }
    }

    private <R extends Reply> void finish(Call<R> call, byte[] line) {
        R reply;
        try {
            reply = MessageCodec.decodeReply(call.request.replyType(), line);
        } catch (RefusedException e) {
            observe(call, e.refusal().code());
            call.outcome.completeExceptionally(e);
            return;
        } catch (MalformedMessageException e) {
            fail(List.of(call), options.sentNoReply(e));
            return;
        }
        observe(call, Reply.OK);
        call.outcome.complete(reply);
    }

    private void fail(Collection<Call<?>> calls, UnavailableException why) {
        for (Call<?> call : calls) {
            observe(call, MessageObserver.NO_REPLY);
            call.outcome.completeExceptionally(why);
        }
    }

    private void observe(Call<?> call, int code) {
        try {
            observer.observe(call.request.type(), code, System.nanoTime() - call.start);
        } catch (RuntimeException e) {
            log.error("a call could not be counted", e); // its caller still gets the reply
        }
    }

    /** Closes a connection and fails the calls that are unanswered on it. */
    private void breakOff(Link which, IOException why) {
        Queue<Call<?>> unanswered;
        synchronized (this) {
            open.remove(which);
            link = link == which ? null : link;
            unanswered = new ArrayDeque<>(which.unanswered);
            which.unanswered.clear();
        }
        UnavailableException unavailable = which.deadline.isExpired()
                ? options.gaveNoReply(new SocketTimeoutException("no reply in time"))
                : options.brokeOff(why);
        which.deadline.close();
        try {
            which.channel.close();
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        }
        fail(unanswered, unavailable);
    }

    /** Fails all calls that wait for a reply. */
    @Override
    public void close() {
        List<Link> links;
        synchronized (this) {
            closed = true;
            links = List.copyOf(open);
        }
        try (reaper) {
            links.forEach(each -> breakOff(each, new SocketException("the client is closed")));
        }
    }
}
