package toystore.wire.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import toystore.common.Address;
import toystore.common.log.Phases;
import toystore.common.log.Trace;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Role;

/** Replies that another thread completes than that of the connection. */
@ParameterizedClass
@EnumSource(TestPeers.class)
class DeferredReplyTest {
    @Parameter
    private TestPeers transport;

    private static final String GET = "{\"type\":\"get\",\"name\":\"Tux\"}\n";
    private static final String LIST = "{\"type\":\"list\"}\n";
    private static final Product TUX = new Product("Tux", new BigDecimal("15.90"), 100, 7);
    private static final ProductPage EMPTY_PAGE = new ProductPage(List.of(), null);

    private final BlockingQueue<CompletableFuture<Reply>> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Phases> phases = new LinkedBlockingQueue<>();
    private final List<ScriptedPeer> peers = new ArrayList<>();
    private MessageServer<CatalogRequest<?>> server;

    @BeforeEach
    void serve() throws IOException {
        var options = new SocketServer.Options("test", new Address("127.0.0.1", 0), 256, Duration.ofHours(1));
        server = new MessageServer<>(options, Duration.ofHours(1), CatalogRequest.class, transport.of(Role.CATALOG));
        server.start(request -> {
            if (request instanceof CatalogRequest.List) {
                return EMPTY_PAGE;
            }
            CompletableFuture<Reply> later = new CompletableFuture<>();
            phases.add(Trace.phases());
            asked.add(later);
            return new DeferredReply(later);
        });
    }

    @AfterEach
    void close() throws IOException {
        for (ScriptedPeer peer : peers) {
            peer.close();
        }
        asked.forEach(each -> each.complete(TUX));
        server.close();
    }

    @Test
    void sendsTheReplyWhenItIsKnown() throws Exception {
        ScriptedPeer peer = connect();
        for (int i = 0; i < 3; i++) {
            peer.send(GET);

            next().complete(TUX);

            assertThat(peer.readLine()).contains("\"name\":\"Tux\"");
        }
        assertThat(server.traffic().served()).isEqualTo(3);
    }

    @Test
    void handlesTheNextRequestsMeanwhileAndRepliesInTheirOrder() throws Exception {
        ScriptedPeer peer = connect();
        peer.send(GET + LIST + GET);
        CompletableFuture<Reply> first = next();
        CompletableFuture<Reply> third = next();

        third.complete(new Product("Rex", BigDecimal.ONE, 1, 1));
        first.complete(TUX);

        assertThat(peer.readLine()).contains("Tux");
        assertThat(peer.readLine()).contains("products");
        assertThat(peer.readLine()).contains("Rex");
    }

    @Test
    void doesNotSendAReplyBeforeAnEarlierOne() throws Exception {
        ScriptedPeer peer = connect();
        peer.send(GET + GET);
        CompletableFuture<Reply> first = next();
        next().complete(TUX);

        first.completeExceptionally(new RefusedException(Refusal.unknownProduct()));

        assertThat(peer.readLine()).contains("unknown_product");
        assertThat(peer.readLine()).contains("Tux");
    }

    @Test
    void handlesNoFurtherRequestsWhileTooManyWaitForTheirReplies() throws Exception {
        ScriptedPeer peer = connect();
        peer.send(GET.repeat(ReplyQueue.MAX_WAITING + 1));
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        while (waiting.size() < ReplyQueue.MAX_WAITING) {
            waiting.add(next());
        }

        assertThat(asked).isEmpty();
        waiting.get(0).complete(TUX);

        assertThat(peer.readLine()).contains("Tux");
        next().complete(TUX);
        waiting.forEach(each -> each.complete(TUX));
        for (int i = 1; i < waiting.size() + 1; i++) {
            assertThat(peer.readLine()).contains("Tux");
        }
    }

    @Test
    void sendsARefusalOrAFaultIfItFails() throws Exception {
        ScriptedPeer peer = connect();
        peer.send(GET + GET + GET);

        next().completeExceptionally(new RefusedException(Refusal.unknownProduct()));
        assertThat(peer.readLine()).contains("\"code\":404", "unknown_product");
        next().completeExceptionally(new CompletionException(new RefusedException(Refusal.notReady("not now"))));
        assertThat(peer.readLine()).contains("\"code\":503", "not now");
        next().completeExceptionally(new IllegalStateException("secret"));
        assertThat(peer.readLine()).contains("\"code\":500", "internal error").doesNotContain("secret");
        assertThat(server.traffic().refused()).isEqualTo(3);
    }

    @Test
    void repliesToAPeerThatHasEndedItsSide() throws Exception {
        ScriptedPeer peer = connect();
        peer.send(GET);
        peer.socket.shutdownOutput();

        next().complete(TUX);

        assertThat(peer.readLine()).contains("Tux");
        assertThat(peer.readLine()).isNull();
    }

    @Test
    void repliesToRequestsThatArrivedBeforeItWasClosed() throws Exception {
        ScriptedPeer peer = connect();
        peer.send(GET);
        CompletableFuture<Reply> later = next();
        Thread closing = new Thread(server::close);
        closing.start();
        await().until(() -> cannotConnect());

        later.complete(TUX);

        assertThat(peer.readLine()).contains("Tux");
        closing.join();
    }

    @Test
    void closesTheConnectionOfAPeerThatHasGone() throws Exception {
        ScriptedPeer gone = connect();
        gone.send(GET);
        CompletableFuture<Reply> later = next();
        gone.socket.setSoLinger(true, 0);
        gone.close();

        later.complete(TUX);

        await().until(() -> server.traffic().connections() == 0);
    }

    /** The thread that completes the replies writes them all: one peer must not block it for long. */
    @Test
    void closesTheConnectionOfAPeerThatDoesNotReadItsReplies() throws Exception {
        Product longest = new Product("x".repeat(200), BigDecimal.ONE, 1, 1);
        ProductPage page = new ProductPage(Collections.nCopies(200, longest), null);
        ScriptedPeer slow = connect();
        Thread asking = new Thread(() -> {
            try {
                while (true) {
                    slow.send(GET.repeat(100));
                }
            } catch (IOException closed) {
                // as expected
            }
        });
        asking.start();
        await().until(() -> server.traffic().connections() == 1);
        while (server.traffic().connections() > 0) {
            CompletableFuture<Reply> later = asked.poll(10, TimeUnit.MILLISECONDS);
            if (later != null) {
                later.complete(page);
            }
        }
        asking.join();
        asked.clear();

        ScriptedPeer other = connect();
        other.send(GET);
        next().complete(TUX);
        assertThat(other.readLine()).contains("Tux");
    }

    @Test
    void doesNotLogUnderTheTraceOfAnotherRequestOfTheThread() throws Exception {
        try (LogRecorder log = new LogRecorder("messages")) {
            ScriptedPeer peer = connect();
            peer.send(GET);

            CompletableFuture<Reply> later = next();
            Trace other = Trace.begin("another-request");
            try (other) {
                later.complete(TUX);
            }
            peer.readLine();
            peer.send(GET.replace("}", ",\"trace\":\"t-1\"}"));
            next().complete(TUX);

            await().until(() -> !log.lines().isEmpty());
            assertThat(log.lines().get(0)).startsWith("t-1 INFO get 1 in ");
        }
    }

    @Test
    void logsThePhasesOfTheRequestAndNotThoseOfAnotherOneOfTheThread() throws Exception {
        try (LogRecorder log = new LogRecorder("messages")) {
            ScriptedPeer peer = connect();
            peer.send(GET.replace("}", ",\"trace\":\"t-1\"}"));
            CompletableFuture<Reply> later = next();

            Phases others = new Phases(System.nanoTime());
            others.end("write");
            Trace other = Trace.begin("another-request", others);
            try (other) {
                phases.element().end("reserve");
                later.complete(TUX);
                assertThat(Trace.phases()).isSameAs(others);
            }

            await().until(() -> log.lines().size() == 1);
            assertThat(log.lines().get(0).replaceAll("[0-9]+\\.[0-9]{3}", "N"))
                    .isEqualTo("t-1 INFO get 1: reserve N, reply N in N ms");
        }
    }

    @Test
    void logsTheReply() throws Exception {
        try (LogRecorder log = new LogRecorder("messages")) {
            ScriptedPeer peer = connect();
            peer.send(GET.replace("}", ",\"trace\":\"t-1\"}"));

            next().complete(TUX);

            peer.readLine();
            await().until(() -> log.lines().size() == 1);
            assertThat(log.lines().get(0)).startsWith("t-1 INFO get 1 in ");
        }
    }

    private ScriptedPeer connect() throws IOException {
        ScriptedPeer peer = new ScriptedPeer(server.address(), transport.of(Role.FRONTEND));
        peers.add(peer);
        return peer;
    }

    private boolean cannotConnect() {
        try (ScriptedPeer late = new ScriptedPeer(server.address(), transport.of(Role.FRONTEND))) {
            return late.readLine() != null; // the connection is refused
        } catch (IOException refused) {
            return true;
        }
    }

    private CompletableFuture<Reply> next() throws InterruptedException {
        return asked.take();
    }
}
