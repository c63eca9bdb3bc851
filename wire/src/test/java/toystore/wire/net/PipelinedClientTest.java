package toystore.wire.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Role;

@ParameterizedClass
@EnumSource(TestPeers.class)
class PipelinedClientTest {
    @Parameter
    private TestPeers transport;

    private static final Duration LONG = Duration.ofHours(1);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) { // the last one first: a server waits for its peers
            resource.close();
        }
    }

    @Test
    void servesManyCallersOverOneConnection() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(0, PipelinedClientTest::product);
        PipelinedClient client = client(server.address(), LONG);

        List<Thread> callers = new ArrayList<>();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            String name = "caller " + caller + " product ";
            callers.add(new Thread(() -> {
                for (int i = 0; i < 500; i++) {
                    assertThat(result(client.call(new CatalogRequest.Get(name + i)))
                                    .name())
                            .isEqualTo(name + i);
                }
            }));
        }
        for (Thread caller : callers) {
            caller.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(failures).isEmpty();
        assertThat(server.traffic().served()).isEqualTo(4000);
        assertThat(server.traffic().connections()).isEqualTo(1);
    }

    @Test
    void sendsARequestBeforeTheReplyToThePreviousOne() throws Exception {
        CountDownLatch proceed = new CountDownLatch(1);
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            pass(proceed);
            return product(request);
        });
        PipelinedClient client = client(server.address(), LONG);
        List<CompletableFuture<Product>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(client.call(new CatalogRequest.Get("p" + i)));
        }
        assertThat(answers).noneMatch(CompletableFuture::isDone);

        proceed.countDown();

        for (int i = 0; i < 100; i++) {
            assertThat(result(answers.get(i)).name()).isEqualTo("p" + i);
        }
    }

    @Test
    void completesOnlyTheRefusedCallWithTheRefusal() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            if (request.equals(new CatalogRequest.Get("Nux"))) {
                throw new RefusedException(Refusal.unknownProduct());
            }
            return product(request);
        });
        PipelinedClient client = client(server.address(), LONG);

        var before = client.call(new CatalogRequest.Get("Tux"));
        var refused = client.call(new CatalogRequest.Get("Nux"));
        var after = client.call(new CatalogRequest.Get("Fox"));

        assertThat(failure(refused))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.unknownProduct()));
        assertThat(result(before).name()).isEqualTo("Tux");
        assertThat(result(after).name()).isEqualTo("Fox");
    }

    @Test
    void failsIfNoServiceListensAndFindsOneThatIsStartedLater() throws Exception {
        Address address = freeAddress();
        PipelinedClient client = client(address, LONG);

        UnavailableException failure = (UnavailableException) failure(client.call(new CatalogRequest.Get("Tux")));
        assertThat(failure).hasMessage("catalog at " + address + " cannot be reached: the connection is refused");
        assertThat(failure.outcomeUnknown()).isFalse();

        serve(address.port(), PipelinedClientTest::product);
        assertThat(result(client.call(new CatalogRequest.Get("Tux"))).name()).isEqualTo("Tux");
    }

    @Test
    void findsARestartedService() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(0, PipelinedClientTest::product);
        PipelinedClient client = client(server.address(), LONG);
        result(client.call(new CatalogRequest.Get("Tux")));
        server.close();
        serve(server.address().port(), PipelinedClientTest::product);

        await().untilAsserted(() -> assertThat(
                        result(client.call(new CatalogRequest.Get("Tux"))).name())
                .isEqualTo("Tux"));
    }

    @Test
    void doesNotKnowTheOutcomeOfAnyCallWhenTheConnectionBreaks() throws Exception {
        try (ServerSocket dying = transport.listen()) {
            PipelinedClient client = client(addressOf(dying), LONG);
            var first = client.call(new CatalogRequest.Get("a"));
            var second = client.call(new CatalogRequest.Get("b"));
            var third = client.call(new CatalogRequest.Get("c"));
            try (Socket peer = dying.accept()) {
                BufferedReader lines = new BufferedReader(new InputStreamReader(peer.getInputStream(), UTF_8));
                for (int i = 0; i < 3; i++) {
                    lines.readLine();
                }
                peer.getOutputStream().write(reply("a").getBytes(UTF_8));
            }

            assertThat(result(first).name()).isEqualTo("a");
            for (CompletableFuture<Product> broken : List.of(second, third)) {
                UnavailableException e = (UnavailableException) failure(broken);
                assertThat(e).hasMessageContaining("broke off: the connection was closed before a reply");
                assertThat(e.outcomeUnknown()).isTrue();
            }
        }
    }

    @Test
    void givesUpOnAReplyThatDoesNotCome() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            pass(never);
            return product(request);
        });
        PipelinedClient client = client(server.address(), Duration.ofMillis(100));

        var first = client.call(new CatalogRequest.Get("a"));
        var second = client.call(new CatalogRequest.Get("b"));

        for (CompletableFuture<Product> late : List.of(first, second)) {
            UnavailableException e = (UnavailableException) failure(late);
            assertThat(e).hasMessage("catalog at " + server.address() + " gave no reply in 100 ms");
            assertThat(e.outcomeUnknown()).isTrue();
        }
        never.countDown();
    }

    @Test
    void appliesTheTimeoutToEachReplyByItself() throws Exception {
        TimeSpans.growing(Duration.ofMillis(400), timeout -> {
            try (ServerSocket slow = transport.listen()) {
                PipelinedClient client = client(addressOf(slow), timeout);
                List<CompletableFuture<Product>> asked = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    asked.add(client.call(new CatalogRequest.Get("p" + i)));
                }
                try (Socket peer = slow.accept()) {
                    CountDownLatch never = new CountDownLatch(1);
                    for (int i = 0; i < 4; i++) { // together longer than one may take
                        assertThat(never.await(timeout.toMillis() / 3, TimeUnit.MILLISECONDS))
                                .isFalse();
                        peer.getOutputStream().write(reply("p" + i).getBytes(UTF_8));
                    }
                    for (int i = 0; i < 4; i++) {
                        assertThat(result(asked.get(i)).name()).isEqualTo("p" + i);
                    }
                }
            }
        });
    }

    @Test
    void closesAConnectionWithAReplyWithoutARequest() throws Exception {
        try (ServerSocket talking = transport.listen()) {
            PipelinedClient client = client(addressOf(talking), LONG);
            var asked = client.call(new CatalogRequest.Get("a"));
            try (Socket peer = talking.accept()) {
                peer.getOutputStream().write((reply("a") + reply("surplus")).getBytes(UTF_8));
                assertThat(result(asked).name()).isEqualTo("a");

                assertThat(peer.getInputStream().readAllBytes()).isNotEmpty(); // to its end: the client has closed
            }
            var next = client.call(new CatalogRequest.Get("b"));
            try (Socket peer = talking.accept()) {
                peer.getOutputStream().write(reply("b").getBytes(UTF_8));
                assertThat(result(next).name()).isEqualTo("b");
            }
        }
    }

    @Test
    void doesNotTakeGarbageForAReply() throws Exception {
        try (ServerSocket garbler = transport.listen()) {
            PipelinedClient client = client(addressOf(garbler), LONG);
            var asked = client.call(new CatalogRequest.Get("a"));
            try (Socket peer = garbler.accept()) {
                peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n".getBytes(UTF_8));

                assertThat(failure(asked))
                        .hasMessageContaining("broke off: expected a JSON object, but the line begins with 'H'");
            }
        }
    }

    @Test
    void doesNotCountTheHandlingOfAReplyAsTimeOfTheService() throws Exception {
        TimeSpans.growing(Duration.ofMillis(100), timeout -> {
            CountDownLatch proceed = new CountDownLatch(1);
            MessageServer<CatalogRequest<?>> server = serve(0, request -> {
                pass(proceed);
                return product(request);
            });
            PipelinedClient client = client(server.address(), timeout);
            CountDownLatch handling = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            CompletableFuture<Boolean> handled = client.call(new CatalogRequest.Get("a"))
                    .thenApply(reply -> {
                        handling.countDown();
                        try {
                            return !never.await(3 * timeout.toMillis(), TimeUnit.MILLISECONDS);
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    });
            CompletableFuture<?> unused = handled.whenComplete((outcome, late) -> handling.countDown());
            proceed.countDown();
            pass(handling);

            var second = client.call(new CatalogRequest.Get("b"));

            assertThat(result(second).name()).isEqualTo("b");
            assertThat(result(handled)).isTrue();
            assertThat(server.traffic().connections()).isEqualTo(1);
        });
    }

    @Test
    void failsIfEveryConnectionIsClosedBeforeTheRequest() throws Exception {
        ServerSocket full = transport.listen();
        opened.push(full);
        Thread refusing = new Thread(() -> {
            try {
                while (true) {
                    full.accept().close();
                }
            } catch (IOException closed) {
                // at the end
            }
        });
        refusing.start();
        PipelinedClient client = client(addressOf(full), LONG);

        for (int i = 0; i < 100; i++) { // the client notices it before or after it sends the request
            assertThat(failure(client.call(new CatalogRequest.Get("a")))).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void completesCallsThoughTheObserverFails() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(0, PipelinedClientTest::product);
        var options =
                new MessageClient.Options("catalog", server.address(), 1, LONG, LONG, transport.of(Role.FRONTEND));
        PipelinedClient client = new PipelinedClient(options, (type, code, nanos) -> {
            throw new IllegalStateException("the observer fails");
        });
        opened.push(client);

        for (int i = 0; i < 3; i++) {
            assertThat(result(client.call(new CatalogRequest.Get("a"))).name()).isEqualTo("a");
        }
        server.close();
        for (int i = 0; i < 3; i++) {
            assertThat(failure(client.call(new CatalogRequest.Get("a")))).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void failsUnansweredCallsWhenItIsClosed() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            arrived.countDown();
            pass(never);
            return product(request);
        });
        PipelinedClient client = client(server.address(), LONG);
        var asked = client.call(new CatalogRequest.Get("a"));
        pass(arrived);

        client.close();

        assertThat(failure(asked)).hasMessageContaining("broke off: the client is closed");
        assertThat(failure(client.call(new CatalogRequest.Get("b")))).hasMessageContaining("the client is closed");
        never.countDown();
    }

    @Test
    void sendsTheTraceOfTheCallingThreadAndCallsItsObserver() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        MessageServer<CatalogRequest<?>> server = serve(0, request -> {
            seen.add(String.valueOf(Trace.current()));
            if (request instanceof CatalogRequest.Stats) {
                throw new RefusedException(Refusal.notReady("not now"));
            }
            return product(request);
        });
        var options =
                new MessageClient.Options("catalog", server.address(), 1, LONG, LONG, transport.of(Role.FRONTEND));
        PipelinedClient client = new PipelinedClient(options, (type, code, nanos) -> {
            assertThat(nanos).isPositive();
            seen.add(type + " " + code);
        });
        opened.push(client);

        Trace trace = Trace.begin("a-1");
        try (trace) {
            result(client.call(new CatalogRequest.Get("a")));
        }
        failure(client.call(new CatalogRequest.Stats()));
        server.close();
        await().until(() ->
                failure(client.call(new CatalogRequest.Get("a"))).getMessage().contains("cannot be reached"));

        assertThat(seen).startsWith("a-1", "get 1", "null", "stats 503").endsWith("get 0");
    }

    private static Reply product(CatalogRequest<?> request) {
        return new Product(((CatalogRequest.Get) request).name(), BigDecimal.ONE, 1, 1);
    }

    private static String reply(String name) {
        return "{\"code\":1,\"name\":\"" + name + "\",\"price\":1,\"quantity\":1,\"version\":1}\n";
    }

    private static <T> T result(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable failure(CompletableFuture<?> answer) {
        try {
            answer.get();
            throw new AssertionError("an answer came");
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Address addressOf(ServerSocket socket) {
        return new Address("127.0.0.1", socket.getLocalPort());
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

    private PipelinedClient client(Address address, Duration replyTimeout) {
        var options = new MessageClient.Options("catalog", address, 1, LONG, replyTimeout, transport.of(Role.FRONTEND));
        PipelinedClient client = new PipelinedClient(options, MessageObserver.NONE);
        opened.push(client);
        return client;
    }
}
