package toystore.wire.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import toystore.common.Address;
import toystore.common.log.Trace;
import toystore.process.FreePorts;
import toystore.testing.TimeSpans;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.Role;

@ParameterizedClass
@EnumSource(TestPeers.class)
class MessageClientTest {
    @Parameter
    private TestPeers transport;

    private static final Product TUX = new Product("Tux", new BigDecimal("15.90"), 100, 7);
    private static final CatalogRequest.Get GET_TUX = new CatalogRequest.Get("Tux");

    private static final Duration LONG = Duration.ofHours(1);

    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) { // the last one first: a server waits for its peers
            resource.close();
        }
    }

    @Test
    void usesOneConnectionForManyCalls() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(0, request -> TUX);
        MessageClient client = client(server.address(), 4);

        for (int i = 0; i < 20; i++) {
            assertThat(client.call(GET_TUX)).isEqualTo(TUX);
        }

        assertThat(server.traffic().connections()).isEqualTo(1);
    }

    @Test
    void opensAsManyConnectionsAsItMayAndLetsFurtherCallersWait() throws Exception {
        CyclicBarrier three = new CyclicBarrier(3); // opens only when three requests are at the server at once
        AtomicInteger mostAtOnce = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            meet(three);
            atOnce.decrementAndGet();
            return TUX;
        });
        var options =
                new MessageClient.Options("catalog", server.address(), 3, LONG, LONG, transport.of(Role.FRONTEND));
        MessageClient client = new MessageClient(options, MessageObserver.NONE, LONG);
        opened.push(client);

        List<CompletableFuture<Product>> calls = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            calls.add(callAside(client));
        }

        for (CompletableFuture<Product> call : calls) {
            assertThat(call.get()).isEqualTo(TUX);
        }
        assertThat(mostAtOnce).hasValue(3);
    }

    @Test
    void doesNotWaitForAConnectionForever() throws Exception {
        CyclicBarrier taken = new CyclicBarrier(2);
        CyclicBarrier release = new CyclicBarrier(2);
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            meet(taken);
            meet(release);
            return TUX;
        });
        MessageClient client = client(server.address(), 1);
        CompletableFuture<Product> first = callAside(client);
        meet(taken);

        UnavailableException refused = catchThrowableOfType(UnavailableException.class, () -> client.call(GET_TUX));

        assertThat(refused)
                .hasMessageContaining(" was not called: too many calls are in progress (limit 1), the first one for ");
        assertThat(refused.outcomeUnknown()).isFalse();
        meet(release);
        assertThat(first.get()).isEqualTo(TUX);
    }

    @Test
    void throwsARefusalAndKeepsTheConnection() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            throw new RefusedException(Refusal.outOfStock(5, 3));
        });
        MessageClient client = client(server.address(), 4);

        for (int i = 0; i < 3; i++) {
            RefusedException refused = catchThrowableOfType(RefusedException.class, () -> client.call(GET_TUX));
            assertThat(refused.refusal()).isEqualTo(Refusal.outOfStock(5, 3));
        }

        assertThat(server.traffic().connections()).isEqualTo(1);
    }

    @Test
    void failsIfNoServiceListens() throws Exception {
        Address address = freeAddress();

        UnavailableException failed = catchThrowableOfType(
                UnavailableException.class, () -> client(address, 1).call(GET_TUX));

        assertThat(failed)
                .hasMessage("catalog at " + address + " cannot be reached: the connection is refused")
                .hasCauseInstanceOf(ConnectException.class); // callers take the service for down then
        assertThat(failed.outcomeUnknown()).isFalse();
    }

    @Test
    void findsAServiceThatIsStartedLaterOrRestarted() throws Exception {
        Address address = freeAddress();
        MessageClient client = client(address, 2);
        assertThatThrownBy(() -> client.call(GET_TUX)).isInstanceOf(UnavailableException.class);

        MessageServer<CatalogRequest<?>> server = serve(address.port(), request -> TUX);
        assertThat(client.call(GET_TUX)).isEqualTo(TUX);
        server.close();
        long closed = System.nanoTime();
        serve(address.port(), request -> TUX);
        // before that, a connection is used without a check
        await().until(() -> System.nanoTime() - closed > 250_000_000L);

        assertThat(client.call(GET_TUX)).isEqualTo(TUX);
    }

    @Test
    void closesAllIdleConnectionsWhenOneBreaks() throws Exception {
        Address address = freeAddress();
        CyclicBarrier both = new CyclicBarrier(2);
        MessageServer<CatalogRequest<?>> server = serve(address.port(), request -> {
            meet(both);
            return TUX;
        });
        MessageClient client = client(address, 2);
        List<CompletableFuture<Product>> calls = List.of(callAside(client), callAside(client));
        for (CompletableFuture<Product> call : calls) {
            call.get();
        }
        server.close();

        assertThatThrownBy(() -> client.call(GET_TUX)).isInstanceOf(UnavailableException.class);
        serve(address.port(), request -> TUX);

        assertThat(client.call(GET_TUX)).isEqualTo(TUX);
    }

    @Test
    void givesUpOnAReplyThatDoesNotCome() throws Exception {
        CyclicBarrier never = new CyclicBarrier(2);
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            meet(never);
            return TUX;
        });
        var options = new MessageClient.Options(
                "catalog", server.address(), 1, LONG, Duration.ofMillis(100), transport.of(Role.FRONTEND));
        MessageClient client = new MessageClient(options);
        opened.push(client);

        UnavailableException late = catchThrowableOfType(UnavailableException.class, () -> client.call(GET_TUX));

        assertThat(late).hasMessage("catalog at " + server.address() + " gave no reply in 100 ms");
        assertThat(late.outcomeUnknown()).isTrue();
        meet(never);
    }

    @Test
    void givesUpOnAReplyThatDrips() throws Exception {
        try (ServerSocket dripping = transport.listen()) {
            Address address = new Address("127.0.0.1", dripping.getLocalPort());
            Thread server = new Thread(() -> drip(dripping));
            server.start();
            MessageClient client = new MessageClient(new MessageClient.Options(
                    "catalog", address, 1, LONG, Duration.ofMillis(200), transport.of(Role.FRONTEND)));
            opened.push(client);

            assertThatThrownBy(() -> client.call(GET_TUX))
                    .hasMessage("catalog at " + address + " gave no reply in 200 ms");
            server.join();
        }
    }

    @Test
    void readsAStreamOfRepliesUntilAReplyIsLate() throws Exception {
        ProductUpdates tux = new ProductUpdates(List.of(TUX));
        TimeSpans.growing(Duration.ofMillis(200), timeout -> {
            CountDownLatch cut = new CountDownLatch(1);
            MessageServer<CatalogRequest<?>> server = serve(0, request -> new Repeated(tux, 3, cut));
            MessageClient client = new MessageClient(new MessageClient.Options(
                    "catalog", server.address(), 1, LONG, timeout, transport.of(Role.FRONTEND)));
            opened.push(client);

            try (MessageClient.Replies<ProductUpdates> replies = client.open(new CatalogRequest.Watch())) {
                for (int i = 0; i < 3; i++) {
                    assertThat(replies.next()).isEqualTo(tux);
                }
                assertThatThrownBy(replies::next)
                        .hasMessage(
                                "catalog at " + server.address() + " gave no reply in " + timeout.toMillis() + " ms");
            } finally {
                cut.countDown();
            }
            await().until(() -> server.traffic().connections() == 0);
        });
    }

    @Test
    void doesNotKnowTheOutcomeWhenTheConnectionBreaksBeforeTheReply() throws Exception {
        try (ServerSocket dying = transport.listen()) {
            Thread server = new Thread(() -> answerThenClose(dying, ""));
            server.start();

            UnavailableException broken = catchThrowableOfType(
                    UnavailableException.class,
                    () -> client(new Address("127.0.0.1", dying.getLocalPort()), 1)
                            .call(GET_TUX));

            assertThat(broken).hasMessageContaining("broke off: the connection was closed before a reply");
            assertThat(broken.outcomeUnknown()).isTrue();
            server.join();
        }
    }

    @Test
    void doesNotTakeGarbageForAReply() throws Exception {
        try (ServerSocket garbler = transport.listen()) {
            Thread server = new Thread(() -> answerThenClose(garbler, "HTTP/1.1 400 Bad Request\r\n"));
            server.start();

            assertThatThrownBy(() -> client(new Address("127.0.0.1", garbler.getLocalPort()), 1)
                            .call(GET_TUX))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(
                            "sent a reply that is none: expected a JSON object, but the line begins with 'H'");
            server.join();
        }
    }

    @Test
    void sendsTheTraceOfTheCallingThread() throws Exception {
        List<String> traces = new CopyOnWriteArrayList<>();
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            traces.add(String.valueOf(Trace.current()));
            return TUX;
        });
        MessageClient client = client(server.address(), 2);

        client.call(GET_TUX);
        Trace trace = Trace.begin("a-1");
        try (trace) {
            client.call(GET_TUX);
            callAside(client).get(); // on another thread, which works on no request
        }
        client.call(GET_TUX);

        assertThat(traces).containsExactly("null", "a-1", "null", "null");
    }

    @Test
    void callsItsObserverForEveryCallWithItsCode() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            if (request.equals(GET_TUX)) {
                return TUX;
            }
            throw new RefusedException(Refusal.unknownProduct());
        });
        MessageClient client = new MessageClient(
                new MessageClient.Options("catalog", server.address(), 1, LONG, LONG, transport.of(Role.FRONTEND)),
                (type, code, nanos) -> {
                    assertThat(nanos).isPositive();
                    seen.add(type + " " + code);
                });
        opened.push(client);

        client.call(GET_TUX);
        assertThatThrownBy(() -> client.call(new CatalogRequest.Get("Nux"))).isInstanceOf(RefusedException.class);
        server.close();
        assertThatThrownBy(() -> client.call(GET_TUX)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> client.call(new CatalogRequest.Stats())).isInstanceOf(UnavailableException.class);

        assertThat(seen).containsExactly("get 1", "get 404", "get 0", "stats 0");
    }

    @Test
    void doesNotReuseAConnectionWithMoreThanTheReply() throws Exception {
        String reply = "{\"code\":1,\"name\":\"Tux\",\"price\":1,\"quantity\":%d,\"version\":1}\n";
        try (ServerSocket talking = transport.listen()) {
            Thread server = new Thread(() -> {
                answerThenClose(talking, reply.formatted(1) + reply.formatted(2));
                answerThenClose(talking, reply.formatted(3));
            });
            server.start();
            MessageClient client = client(new Address("127.0.0.1", talking.getLocalPort()), 1);

            assertThat(client.call(GET_TUX).quantity()).isEqualTo(1);
            assertThat(client.call(GET_TUX).quantity()).isEqualTo(3);
            server.join();
        }
    }

    @Test
    void ordersBeyondTheFirstFewShareAConnection() throws Exception {
        BlockingQueue<CompletableFuture<PlaceReply>> placing = new LinkedBlockingQueue<>();
        MessageServer<OrdersRequest<?>> server = serveOrders(placing);
        int few = MessageClient.FEW_CALLS;
        MessageClient client = client(server.address(), few + 3);
        List<CompletableFuture<PlaceReply>> orders = new ArrayList<>();
        List<CompletableFuture<PlaceReply>> replies = new ArrayList<>();
        for (int i = 0; i < few + 3; i++) {
            orders.add(placeAside(client, "Toy " + i));
            replies.add(placing.take());
        }

        assertThat(server.traffic().connections()).isEqualTo(few + 1);
        for (int i = few + 2; i >= 0; i--) {
            replies.get(i).complete(placed(i));
        }

        for (int i = 0; i < few + 3; i++) {
            assertThat(orders.get(i).get().orderNumber()).isEqualTo(i);
        }
    }

    @Test
    void doesNotWaitForOrdersInProgressForever() throws Exception {
        BlockingQueue<CompletableFuture<PlaceReply>> placing = new LinkedBlockingQueue<>();
        MessageClient client = client(serveOrders(placing).address(), 1);
        CompletableFuture<PlaceReply> first = placeAside(client, "Tux");
        CompletableFuture<PlaceReply> reply = placing.take();

        UnavailableException refused =
                catchThrowableOfType(UnavailableException.class, () -> client.call(new OrdersRequest.Place("Rex", 1)));

        assertThat(refused)
                .hasMessageContaining(" was not called: too many calls are in progress (limit 1), the first one for ");
        assertThat(refused.outcomeUnknown()).isFalse();
        reply.complete(placed(1));
        assertThat(first.get().orderNumber()).isEqualTo(1);
    }

    @Test
    void anOrderOnTheSharedConnectionIsRefusedOrItsOutcomeIsUnknown() throws Exception {
        BlockingQueue<CompletableFuture<PlaceReply>> placing = new LinkedBlockingQueue<>();
        MessageServer<OrdersRequest<?>> server = serveOrders(placing);
        MessageClient client = client(server.address(), MessageClient.FEW_CALLS + 2);
        for (int i = 0; i < MessageClient.FEW_CALLS; i++) {
            CompletableFuture<PlaceReply> alone = placeAside(client, "Toy " + i);
            assertThat(alone).isNotDone();
            placing.take();
        }
        CompletableFuture<PlaceReply> refused = placeAside(client, "Tux");
        placing.take().completeExceptionally(new RefusedException(Refusal.outOfStock(1, 0)));
        assertThatThrownBy(refused::get).hasRootCauseInstanceOf(RefusedException.class);
        CompletableFuture<PlaceReply> lost = placeAside(client, "Rex");
        placing.take();

        client.close();

        assertThatThrownBy(lost::get)
                .cause()
                .cause()
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        unknown -> assertThat(unknown.outcomeUnknown()).isTrue());
    }

    private MessageServer<OrdersRequest<?>> serveOrders(BlockingQueue<CompletableFuture<PlaceReply>> placing)
            throws IOException {
        MessageServer<OrdersRequest<?>> server = new MessageServer<>(
                "test", new Address("127.0.0.1", 0), OrdersRequest.class, transport.of(Role.CATALOG));
        opened.push(server);
        server.start(request -> {
            CompletableFuture<PlaceReply> reply = new CompletableFuture<>();
            opened.push(() -> reply.complete(placed(0))); // the server waits for its replies
            placing.add(reply);
            return new DeferredReply(reply);
        });
        return server;
    }

    private static PlaceReply placed(long number) {
        return new PlaceReply(number, "Tux", 1, BigDecimal.ONE, Instant.EPOCH, 1);
    }

    private static CompletableFuture<PlaceReply> placeAside(MessageClient client, String name) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.call(new OrdersRequest.Place(name, 1));
                    } catch (RefusedException | UnavailableException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task).start());
    }

    /** Repeats a reply so many times, and is then silent until the latch is open. */
    private static final class Repeated implements ReplyStream {
        private final Reply reply;
        private final CountDownLatch silence;
        private int left;

        Repeated(Reply reply, int times, CountDownLatch silence) {
            this.reply = reply;
            this.left = times;
            this.silence = silence;
        }

        @Override
        public Reply next() throws InterruptedException {
            if (left-- > 0) {
                return reply;
            }
            silence.await();
            return new ProductUpdates(List.of());
        }

        @Override
        public void close() {}
    }

    /** Sends a byte of a reply every 20 ms until the peer closes the connection. */
    private static void drip(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            CountDownLatch never = new CountDownLatch(1);
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
                socket.getOutputStream().write('{');
            }
        } catch (IOException gone) {
            // as expected
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void answerThenClose(ServerSocket listener, String answer) {
        try (Socket socket = listener.accept()) {
            assertThat(socket.getInputStream().read(new byte[1000])).isPositive();
            socket.getOutputStream().write(answer.getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static CompletableFuture<Product> callAside(MessageClient client) {
        return CompletableFuture.supplyAsync(() -> callOrFail(client), task -> new Thread(task).start());
    }

    private static Product callOrFail(MessageClient client) {
        try {
            return client.call(GET_TUX);
        } catch (RefusedException | UnavailableException e) {
            throw new AssertionError(e);
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Address freeAddress() throws IOException {
        return new Address("127.0.0.1", FreePorts.next());
    }

    private MessageServer<CatalogRequest<?>> serve(int port, MessageServer.Handler<CatalogRequest<?>> handler)
            throws IOException {
        MessageServer<CatalogRequest<?>> server = new MessageServer<>(
                "test", new Address("127.0.0.1", port), CatalogRequest.class, transport.of(Role.CATALOG));
        opened.push(server);
        server.start(handler);
        return server;
    }

    private MessageClient client(Address address, int connections) {
        var options =
                new MessageClient.Options("catalog", address, connections, LONG, LONG, transport.of(Role.FRONTEND));
        MessageClient client = new MessageClient(options);
        opened.push(client);
        return client;
    }
}
