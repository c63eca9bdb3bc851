package toystore.lab.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.lab.room.ServiceControl.ConflictException;

/** Requests over real sockets. Each one that is refused differs in one thing from one that is accepted. */
class RoomServerTest {
    private static final String KILL = "{\"action\":\"kill\",\"services\":[\"orders\"]}";

    private final TestRoom room = new TestRoom();
    private RoomServer server;

    /** A room that records its actions. */
    private static final class TestRoom implements RoomBackend {
        private final List<RoomAction> actions = new ArrayList<>();
        private boolean hasActions = true;

        @Override
        public RoomState state(long since, int most) {
            return recording();
        }

        @Override
        public RoomState recording() {
            return TestStates.state(new RoomTimeline(10).all());
        }

        @Override
        public Optional<TraceView> trace(String id) {
            return id.equals("known")
                    ? Optional.of(new TraceView(id, List.of(new TraceSpan("orders", "place", 0.5, 2.25))))
                    : Optional.empty();
        }

        @Override
        public boolean hasActions() {
            return hasActions;
        }

        @Override
        public void act(RoomAction action) throws ConflictException {
            action.targets();
            if (action.action().equals("thaw")) {
                throw new ConflictException("orders runs; expected a service that is frozen");
            }
            actions.add(action);
        }
    }

    private record Reply(int status, String head, String content) {}

    @BeforeEach
    void start() throws IOException {
        server = new RoomServer(room, 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void acceptsAnActionOfItsPage() throws IOException {
        Reply reply = post(KILL, "", "");

        assertThat(reply.status()).as(reply.content()).isEqualTo(202);
        assertThat(reply.content()).isEqualTo("{}");
        assertThat(room.actions).extracting(RoomAction::action).containsExactly("kill");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: 127.0.0.1:PORT|Host: evil.example:PORT|421|Host is [evil.example:PORT]; expected 127.0.0.1:PORT",
                "Host: 127.0.0.1:PORT|Host: 127.0.0.1|421|Host is [127.0.0.1]; expected 127.0.0.1:PORT",
                "Origin: http://127.0.0.1:PORT|Origin: http://evil.example|403|Origin is http://evil.example; expected "
                        + "http://127.0.0.1:PORT",
                "Origin: http://127.0.0.1:PORT|Origin: null|403|Origin is null; expected http://127.0.0.1:PORT",
                "Sec-Fetch-Site: same-origin|Sec-Fetch-Site: cross-site|403|Sec-Fetch-Site is cross-site; expected "
                        + "same-origin",
                "Sec-Fetch-Site: same-origin|Sec-Fetch-Site: same-site|403|Sec-Fetch-Site is same-site; expected "
                        + "same-origin",
                "Authorization: Bearer TOKEN|X: y|401|actions need the token of the link that ./toystore lab printed",
                "Authorization: Bearer TOKEN|Authorization: Bearer 0123456789abcdef0123456789abcdef|401|actions need "
                        + "the token of the link that ./toystore lab printed",
                "Content-Type: application/json|Content-Type: application/x-www-form-urlencoded|415|Content-Type is "
                        + "application/x-www-form-urlencoded; expected application/json",
                "Content-Type: application/json|X: y|415|Content-Type is null; expected application/json",
                "\"orders\"|\"init\"|400|services has init; expected some of [catalog, orders, frontend]",
                "\"services\":[\"orders\"]|\"pid\":1|400|the content is not understood: pid: unknown field; expected "
                        + "one of [action, services, restart, on, seed, mode, correct]",
                "[\"orders\"]|[]|400|services is missing; expected at least one of [catalog, orders, frontend]",
                "{\"action\"|[\"action\"|400|the content is not understood: ",
                "kill|thaw|409|orders runs; expected a service that is frozen",
                "POST /api/action|PUT /api/action|405|the method is not allowed here",
                "POST /api/action|POST /api/state|405|the method is not allowed here",
                "POST /api/action|POST /api/actions|404|there is no /api/actions",
            })
    void refusesWhatItsPageDoesNotSend(String sent, String instead, int status, String message) throws IOException {
        Reply reply = post(KILL, sent, instead);

        assertThat(reply.status()).as(reply.content()).isEqualTo(status);
        assertThat(reply.content())
                .startsWith("{\"error\":{\"message\":\"" + filled(message).replace("\"", "\\\""));
        assertThat(room.actions).isEmpty();
    }

    @Test
    void refusesMoreThan4Kilobytes() throws IOException {
        Reply reply = post("{\"action\":\"" + "k".repeat(4096) + "\"}", "", "");

        assertThat(reply.status()).isEqualTo(413);
    }

    @Test
    void hasNoActionsWhereThePageHasNoButtons() throws IOException {
        room.hasActions = false;

        assertThat(post(KILL, "", "").status()).isEqualTo(404);
        assertThat(server.link()).isEqualTo("http://127.0.0.1:" + server.port() + "/");
        assertThat(room.actions).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/assets/room.css", "/assets/room.js", "/assets/uplot.css", "/assets/uplot.js"})
    void sendsThePageWithAStrictPolicy(String path) throws IOException {
        Reply reply = get(path, "Sec-Fetch-Site: cross-site"); // as a link of another page

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.content()).isNotBlank();
        assertThat(reply.head())
                .contains("default-src 'none'; script-src 'self'; style-src 'self';")
                .contains("frame-ancestors 'none'; require-trusted-types-for 'script'")
                .containsIgnoringCase("\nX-Content-Type-Options: nosniff")
                .containsIgnoringCase("\nReferrer-Policy: no-referrer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/state?since=0", "/api/recording", "/api/trace?id=known"})
    void showsTheStoreToNoOtherSite(String path) throws IOException {
        assertThat(get(path, "X: y").status()).isEqualTo(200);
        assertThat(get(path, "Sec-Fetch-Site: same-origin").status()).isEqualTo(200);
        assertThat(get(path, "Sec-Fetch-Site: none").status()).isEqualTo(200);
        assertThat(get(path, "Sec-Fetch-Site: same-site").status()).isEqualTo(403);
        assertThat(get(path, "Origin: http://evil.example").status()).isEqualTo(403);
    }

    @Test
    void tracesARequest() throws IOException {
        assertThat(get("/api/trace?id=known", "X: y").content())
                .isEqualTo("{\"id\":\"known\",\"spans\":[{\"service\":\"orders\",\"name\":\"place\","
                        + "\"start_ms\":0.5,\"ms\":2.25}]}");
        assertThat(get("/api/trace?id=unknown", "X: y").status()).isEqualTo(404);
        assertThat(get("/api/trace", "X: y").status()).isEqualTo(400);
        assertThat(get("/api/state?since=yesterday", "X: y").status()).isEqualTo(400);
    }

    @Test
    void listensOnLoopbackOnly() {
        assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
    }

    private Reply get(String path, String field) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\n" + field + "\r\n\r\n");
    }

    /** Sends an action, with one text in the place of another. */
    private Reply post(String content, String text, String instead) throws IOException {
        String changed = content.replace(text, instead.isEmpty() ? text : instead);
        String head = "POST /api/action HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\n"
                + "Origin: http://127.0.0.1:PORT\r\nSec-Fetch-Site: same-origin\r\nAuthorization: Bearer TOKEN\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + changed.length() + "\r\n\r\n";
        String changedHead = text.isEmpty() ? head : head.replace(text + "\r", instead + "\r");
        changedHead = text.startsWith("POST ") ? changedHead.replace(text + " ", instead + " ") : changedHead;
        return send(changedHead + changed);
    }

    private String filled(String text) {
        String token = server.link().replaceAll(".*#token=", "");
        return text.replace("PORT", Integer.toString(server.port())).replace("TOKEN", token);
    }

    private Reply send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(filled(request).getBytes(UTF_8));
            String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
            int head = reply.indexOf("\r\n\r\n");
            return new Reply(
                    Integer.parseInt(reply.substring(9, 12)), reply.substring(0, head), reply.substring(head + 4));
        }
    }
}
