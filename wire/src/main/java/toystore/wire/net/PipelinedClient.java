package toystore.wire.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
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
 * Asks one service over one connection, and does not wait for a reply before it sends the next request: what many callers
 * ask at the same time leaves in one write, and so may the replies. For requests that are handled at once: a slow one would
 * hold those behind it. Thread-safe.
 *
 * <p>A caller that finds nobody writing writes its request, and what others add meanwhile. One thread reads the replies, and
 * does what is to be done with them.
 */
public final class PipelinedClient implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(PipelinedClient.class);
    /** Half of what a service allows: it must not close the connection at the moment when that is used again. */
    private static final Duration LONGEST_REST = MessageServer.IDLE.dividedBy(2);

    /** To find a connection that does not break before anything was sent on it. */
    private static final int ATTEMPTS = 2;

    private final MessageClient.Options options;
    private final MessageObserver observer;
    private final ConnectionReaper reaper;

    @GuardedBy("this")
    private Queue<Call<?>> unsent = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean writing; // somebody sends what is unsent

    @GuardedBy("this")
    private Link link; // null if there is no connection

    @GuardedBy("this")
    private boolean closed;

    /** A request on its way, and who waits for its reply. */
    private static final class Call<R extends Reply> {
        private final ServiceRequest<R> request;
        private final byte[] line;
        private final long begun = System.nanoTime();
        private final CompletableFuture<R> outcome = new CompletableFuture<>();

        Call(ServiceRequest<R> request) {
            this.request = request;
            this.line = MessageCodec.encode(request, Trace.current());
        }
    }

    /** A connection, and the requests that were sent on it and not answered, the first one first. Guarded by the client. */
    private static final class Link {
        private final SocketChannel channel;
        private final ConnectionReaper.Deadline deadline; // of the first of them
        private final Queue<Call<?>> unanswered = new ArrayDeque<>();
        private long restingSince = System.nanoTime(); // if there are none
        private boolean handling; // a reply: then it is not the service that is waited for
        private IOException broken; // why; null if it is not

        Link(SocketChannel channel, ConnectionReaper.Deadline deadline) {
            this.channel = channel;
            this.deadline = deadline;
        }

        void expect(Queue<Call<?>> calls) {
            if (unanswered.isEmpty() && !handling) {
                deadline.start();
            }
            unanswered.addAll(calls);
        }

        /** The one that is answered now; {@code null} if nothing was asked. */
        Call<?> answered() {
            Call<?> call = unanswered.poll();
            if (call != null) {
                deadline.stop();
                handling = true;
            }
            return call;
        }

        void handled() {
            handling = false;
            if (!unanswered.isEmpty()) {
                deadline.start();
            } else {
                restingSince = System.nanoTime();
            }
        }

        boolean isTired() {
            return unanswered.isEmpty() && !handling && System.nanoTime() - restingSince > LONGEST_REST.toNanos();
        }
    }

    /** Opens no connection yet: the service may be started later. At most one is open at a time. */
    public PipelinedClient(MessageClient.Options options, MessageObserver observer) {
        this.options = options;
        this.observer = observer;
        this.reaper = options.reaper();
    }

    /**
     * Sends the request, at most once.
     *
     * @return the reply, by the thread that reads it, so what follows must not take long; or a {@link RefusedException} or
     *     {@link UnavailableException}, as {@link MessageClient#call} has them
     */
    public <R extends Reply> CompletableFuture<R> ask(ServiceRequest<R> request) {
        Call<R> call = new Call<>(request);
        synchronized (this) {
            unsent.add(call);
            if (writing) {
                return call.outcome;
            }
            writing = true;
        }
        sendAll();
        return call.outcome;
    }

    private void sendAll() {
        for (Queue<Call<?>> calls = takeUnsent(); calls != null; calls = takeUnsent()) {
            try {
                send(calls);
            } catch (IOException e) {
                calls.addAll(giveUp(true)); // they would wait as long, for the same
                fail(calls, options.cannotBeReached(e));
            } catch (RuntimeException | Error e) { // nobody must wait forever, and others must be able to send
                calls.addAll(giveUp(false));
                fail(calls, options.brokeOff(new IOException("it could not be sent", e)));
                throw e;
            }
        }
    }

    /** What was to be sent, and is not; somebody else may send then, unless the caller goes on with that. */
    private synchronized Queue<Call<?>> giveUp(boolean goesOn) {
        Queue<Call<?>> given = unsent;
        unsent = new ArrayDeque<>();
        writing = goesOn;
        return given;
    }

    /** For the caller alone; {@code null} if there is nothing to send: then nobody is writing any more. */
    private synchronized Queue<Call<?>> takeUnsent() {
        if (unsent.isEmpty()) {
            writing = false;
            return null;
        }
        Queue<Call<?>> taken = unsent;
        unsent = new ArrayDeque<>();
        return taken;
    }

    private void send(Queue<Call<?>> calls) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(256 * calls.size());
        calls.forEach(call -> lines.writeBytes(call.line));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toByteArray());
        Link to = expect(calls);
        IOException why = new IOException("not all of it was sent"); // unless it was, or that is known better
        try {
            while (bytes.hasRemaining()) {
                to.channel.write(bytes);
            }
            why = null;
        } catch (IOException e) {
            why = e;
        } finally {
            if (why != null) { // nobody may use it again: it would take the replies of others for those to these calls
                broken(to, why);
            }
        }
    }

    /** A connection that will answer these. */
    private Link expect(Queue<Call<?>> calls) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Link to = usable();
            synchronized (this) {
                if (to.broken == null) {
                    to.expect(calls);
                    return to;
                }
                if (attempt == ATTEMPTS) {
                    throw to.broken;
                }
            }
        }
    }

    private Link usable() throws IOException {
        Link tired = null;
        synchronized (this) {
            if (closed) {
                throw new SocketException("the client is closed");
            }
            if (link != null && !link.isTired()) {
                return link;
            }
            tired = link;
        }
        if (tired != null) {
            broken(tired, new EOFException("it was not used for long"));
        }
        Link made = connect();
        boolean used = false;
        try {
            synchronized (this) {
                if (closed) {
                    throw new SocketException("the client is closed");
                }
                link = made;
            }
            Threads.named(options.service() + "-reply-reader", () -> readReplies(made))
                    .start();
            used = true;
            return made;
        } finally {
            if (!used) {
                broken(made, new SocketException("nobody reads its replies"));
            }
        }
    }

    private Link connect() throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            SocketChannel channel = opened.add(Connection.connect(options.address(), options.connectTimeout()));
            Link made = new Link(channel, reaper.watch(channel, options.replyTimeout()));
            opened.release();
            return made;
        }
    }

    private void readReplies(Link from) {
        try {
            LineReader lines = new LineReader(from.channel.socket().getInputStream(), MessageCodec.MAX_LINE);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                answer(from, line);
            }
            throw new EOFException("the connection was closed before a reply");
        } catch (IOException e) {
            broken(from, e);
        } catch (MalformedMessageException e) {
            broken(from, new ProtocolException(e.getMessage()));
        } catch (RuntimeException | Error e) {
            broken(from, new IOException("a reply could not be handled: " + e, e));
            throw e;
        }
    }

    private void answer(Link from, byte[] line) throws MalformedMessageException {
        Call<?> call;
        synchronized (this) {
            call = from.answered();
        }
        if (call == null) {
            throw new MalformedMessageException("a reply that nobody asked for");
        }
        try {
            finish(call, line);
        } catch (RuntimeException | Error e) {
            call.outcome.completeExceptionally(options.brokeOff(new IOException("its reply could not be read", e)));
            throw e;
        }
        synchronized (this) {
            from.handled();
        }
    }

    private <R extends Reply> void finish(Call<R> call, byte[] line) {
        R reply;
        try {
            reply = MessageCodec.decodeReply(call.request.replyType(), line);
        } catch (RefusedException e) {
            tell(call, e.refusal().code());
            call.outcome.completeExceptionally(e);
            return;
        } catch (MalformedMessageException e) {
            fail(List.of(call), options.sentNoReply(e));
            return;
        }
        tell(call, Reply.OK);
        call.outcome.complete(reply);
    }

    private void fail(Collection<Call<?>> calls, UnavailableException why) {
        for (Call<?> call : calls) {
            tell(call, MessageObserver.NO_REPLY);
            call.outcome.completeExceptionally(why);
        }
    }

    private void tell(Call<?> call, int code) {
        try {
            observer.observe(call.request.type(), code, System.nanoTime() - call.begun);
        } catch (RuntimeException e) {
            log.error("a call could not be counted", e); // which is no reason to leave somebody waiting
        }
    }

    /** Whoever was not answered on this connection will not be. */
    private void broken(Link which, IOException why) {
        Queue<Call<?>> unanswered;
        synchronized (this) {
            which.broken = which.broken == null ? why : which.broken;
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

    /** Whoever waits for a reply gets none. */
    @Override
    public void close() {
        Link open;
        synchronized (this) {
            closed = true;
            open = link;
        }
        try (reaper) {
            if (open != null) {
                broken(open, new SocketException("the client is closed"));
            }
        }
    }
}
