package toystore.lab.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.store.LabStore.Service;

class RecordedRoomTest {
    private static final Pattern SCRIPT = Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);
    private static final Pattern STYLE = Pattern.compile("<style()>(.*?)</style>", Pattern.DOTALL);

    @TempDir
    Path folder;

    private final RoomTimeline timeline = new RoomTimeline(400);

    RecordedRoomTest() {
        for (int i = 0; i < 500; i++) { // so that the first ones are dropped
            timeline.add(TestStates.sample(i * 250L, i, (long) timeline.epoch("e-" + i / 50)));
            timeline.add(EventKind.KILL, List.of(Service.ORDERS), "kill -9 orders", i * 250L + 10);
        }
        timeline.begin(EventKind.OUTAGE, List.of(Service.values()), "no orders <script>", 100);
    }

    @Test
    void replaysWhatWasRecorded() throws IOException {
        RoomState recorded = TestStates.state(timeline.all());

        RoomState replayed = new RecordedRoom(save(recorded)).recording();

        assertThat(replayed.kind()).isEqualTo("recording");
        assertThat(replayed.actions()).isFalse();
        assertThat(RoomJson.bytes(replayed.samples())).isEqualTo(RoomJson.bytes(recorded.samples()));
        assertThat(replayed.events()).isEqualTo(recorded.events());
        assertThat(replayed.epochs()).isEqualTo(recorded.epochs());
        assertThat(replayed.epochsFrom()).isEqualTo(recorded.epochsFrom()).isEqualTo(2);
        assertThat(replayed.services()).isEqualTo(recorded.services());
        assertThat(replayed.score()).isEqualTo(recorded.score());
        assertThat(replayed.check()).isEqualTo(recorded.check());
        assertThat(RoomJson.bytes(new RecordedRoom(save(replayed)).recording())).isEqualTo(RoomJson.bytes(replayed));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "||it is no recording of the lab",
                "|{}|it is no recording of the lab: it has no samples",
                "|null|it is no recording of the lab: it has no samples",
                "|[1, 2]|it is no recording of the lab: expected ",
                "|{\"samples\":|it is no recording of the lab: not JSON",
                "\"p99\"|\"p98\"|is no recording of this version: its samples have the columns ",
                "\"kind\":\"kill\"|\"kind\":\"bang\"|it is no recording of the lab: events[0].kind: ",
                "\"up\"|\"well\"|is no recording of this version: the state of orders is well; expected one of ",
                "[25000|[\"soon\"|is no recording of this version: t of a sample is soon; expected a number",
                "2026-11-28T23:00|yesterday|is no recording of this version: ",
                "\"title\":\"LAB\"|\"title\":null|is no recording of this version: kind, title, ",
            })
    void refusesAFileThatIsNoRecording(String text, String instead, String message) throws IOException {
        Path file = save(TestStates.state(timeline.all()));
        String json = Files.readString(file);
        String changed = text == null ? (instead == null ? "" : instead) : json.replace(text, instead);
        Files.writeString(file, changed);

        assertThatThrownBy(() -> new RecordedRoom(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void isAPageOfOneFileThatRunsOnlyItsOwnScripts() throws Exception {
        RoomState recording = new RecordedRoom(save(TestStates.state(timeline.all()))).recording();

        String html = new RoomPage().report(recording);

        assertThat(html).doesNotContain("src=\"/", "rel=\"stylesheet\"");
        String policy = html.replaceAll("(?s).*Content-Security-Policy\" content=\"([^\"]*)\".*", "$1");
        assertThat(policy).startsWith("default-src 'none'; ").doesNotContain("unsafe");
        Matcher scripts = SCRIPT.matcher(html);
        assertThat(scripts.find()).isTrue();
        assertThat(scripts.group(1)).isEqualTo(" type=\"application/json\" id=\"recording\"");
        assertThat(RoomJson.bytes(RoomJson.recording(scripts.group(2).getBytes(UTF_8))))
                .isEqualTo(RoomJson.bytes(recording));
        assertThat(List.of(hash(scripts), hash(scripts), hash(STYLE.matcher(html))))
                .allSatisfy(hash -> assertThat(policy).contains(hash));
        assertThat(scripts.find()).isFalse();
    }

    private static String hash(Matcher element) throws Exception {
        assertThat(element.find()).isTrue();
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(element.group(2).getBytes(UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    }

    private Path save(RoomState state) throws IOException {
        return Files.write(folder.resolve("recording.json"), RoomJson.bytes(state));
    }
}
