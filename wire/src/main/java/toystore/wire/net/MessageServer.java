package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.ConnectionReaper;
import toystore.common.log.Millis;
import toystore.common.log.Trace;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.message.TrafficStats;

/**
 * Serves messages: reads a line, has it handled, writes the reply, and so on until the peer closes or is silent for
 * too long. A request is handled by its connection's thread, under its trace; a {@link DeferredReply} to it is sent by the thread
 * that finds it out.
 * One that carries a trace has a line in the log named {@code messages} once it is answered: its type, the code of the
 * reply, the reason if the shop refused it, and how long that took: {@code post 404 out_of_stock in 0.120 ms}.
 */
public final class MessageServer<Q extends ServiceRequest<?>> implements Closeable {

    /** Answers a request. Called by many threads at once. */
    public interface Handler<Q> {
        Reply handle(Q request) throws RefusedException;
    }

    private static final Logger messages = LoggerFactory.getLogger("messages");
    private static final int CONNECTIONS = 256;
    static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(8);
    /** To make room for a reply: whoever writes it may have others to write to, and peers that ask one by one have room. */
    private static final Duration SLOWEST_PEER = Duration.ofMillis(250);

    private final Class<? super Q> requests;
    private final LongAdder served = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final Duration idle;
    private final ConnectionReaper reaper;
    private final SocketServer server;
    private Handler<Q> handler; // set before any thread serves
    private MessageObserver observer; // likewise

    /**
     * Takes the address; {@link #start} serves.
     *
     * @param requests the sealed interface of what it can be asked
     * @param idle how long a peer may be silent before its connection is closed
     * @throws IOException if the address cannot be listened on
     */
    public MessageServer(SocketServer.Options options, Duration idle, Class<? super Q> requests) throws IOException {
        this.requests = requests;
        this.idle = idle;
        this.reaper = new ConnectionReaper(options.name() + "-reaper", ConnectionReaper.tickFor(SLOWEST_PEER));
        this.server = SocketServer.bind(options, new Lines(options));
    }

    /** For up to 256 connections. */
    public MessageServer(String name, Address listen, Class<? super Q> requests) throws IOException {
        this(new SocketServer.Options(name, listen, CONNECTIONS, GRACE), IDLE, requests);
    }

    /** Serves from now on. */
    public void start(Handler<Q> answers) throws IOException {
        start(answers, MessageObserver.NONE);
    }

    /** The same, with somebody who is told of every message. */
    public void start(Handler<Q> answers, MessageObserver told) throws IOException {
        handler = answers;
        observer = told;
        reaper.start();
        server.start();
    }

    public Address address() {
        return server.address();
    }

    public TrafficStats traffic() {
        return new TrafficStats(server.connections(), served.sum(), refused.sum(), malformed.sum());
    }

    @Override
    public void close() {
        try (reaper) {
            server.close();
        }
    }

    Class<? super Q> requests() {
        return requests;
    }

    Reply handle(Q request) throws RefusedException {
        return handler.handle(request);
    }

    boolean isClosing() {
        return server.isClosing();
    }

    /** The time for {@link #ended}, on the clock of {@link System#nanoTime()}; 0 if nobody wants to know. */
    long now() {
        return observer == MessageObserver.NONE && !messages.isInfoEnabled() ? 0 : System.nanoTime();
    }

    /** Counts a request that is about to be answered. */
    void count(MessageSession.Answer answer) {
        if (answer.code() == Reply.OK) {
            served.increment();
        } else if (answer.isToMalformed()) {
            malformed.increment();
        } else {
            refused.increment();
        }
    }

    /** Tells of a request that was answered, for the thread that works under its trace. */
    void ended(MessageSession.Answer answer, long begun) {
        if (begun == 0) {
            return;
        }
        long nanos = System.nanoTime() - begun;
        observer.observe(answer.type(), answer.code(), nanos);
        if (Trace.current() != null && messages.isInfoEnabled()) {
            messages.info(answer.summary() + " in " + Millis.of(nanos) + " ms");
        }
    }

    private final class Lines implements SocketServer.Protocol {
        private final byte[] refusal;

        Lines(SocketServer.Options options) {
            String full = options.name() + " serves " + options.threads() + " connections already";
            this.refusal = MessageCodec.encode(Refusal.notReady(full));
        }

        @Override
        public byte[] refusal() {
            return refusal;
        }

        @Override
        public SocketServer.Ending serve(Socket socket, long accepted) throws IOException {
            try (ConnectionReaper.Deadline reading = reaper.watch(socket, idle);
                    ConnectionReaper.Deadline writing = reaper.watch(socket, SLOWEST_PEER)) {
                return new MessageSession<>(MessageServer.this, socket, reading, writing).run();
            }
        }
    }
}
