package toystore.wire.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    private static final int LIMIT = 5000;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1023, 1024, 1025, 100_000})
    void returnsTheSameLinesForAnyChunksOfBytes(int chunk) throws Exception {
        List<String> lines = List.of(
                "{",
                "{a",
                "{bc",
                "{" + "x".repeat(1022),
                "{" + "y".repeat(1023),
                "{" + "z".repeat(LIMIT - 2),
                "{",
                "{end");
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(UTF_8);

        assertThat(readAll(new LineReader(inChunks(bytes, chunk), LIMIT))).isEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1024, 100_000})
    void refusesALineOverTheLimit(int chunk) throws Exception {
        byte[] bytes = ("{short\n{" + "x".repeat(LIMIT) + "\n").getBytes(UTF_8);
        LineReader reader = new LineReader(inChunks(bytes, chunk), LIMIT);

        assertThat(reader.next()).asString(UTF_8).isEqualTo("{short");
        assertThatThrownBy(reader::next)
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the line is longer than 5000 bytes");
    }

    @Test
    void distinguishesAnEndWithinALineFromOneBetweenLines() throws Exception {
        LineReader reader = new LineReader(new ByteArrayInputStream("{whole\n{cut".getBytes(UTF_8)), LIMIT);

        assertThat(reader.next()).asString(UTF_8).isEqualTo("{whole");
        assertThatThrownBy(reader::next)
                .isInstanceOf(EOFException.class)
                .hasMessage("the stream ended within a line, after 4 bytes");
        assertThat(new LineReader(InputStream.nullInputStream(), LIMIT).next()).isNull();
    }

    /** Without a line feed the reader would wait for long, and the bytes after one may be a forged message. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1",
                "\u0016\u0003\u0001",
                "",
                "\n{}",
                "\r\n",
                " {}",
                "[]",
                "PROXY TCP4 ::1 ::1 1 2",
                "\u0000"
            })
    void refusesAStreamOfAnotherProtocolAtItsFirstByte(String stream) throws Exception {
        LineReader reader = new LineReader(new ByteArrayInputStream(("{}\n" + stream).getBytes(UTF_8)), LIMIT);

        assertThat(reader.next()).asString(UTF_8).isEqualTo("{}");
        if (stream.isEmpty()) {
            assertThat(reader.next()).isNull();
        } else {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageMatching(
                            "expected a JSON object, but the line begins with ('.'|the byte 0x[0-9a-f]{2})");
            assertThat(reader.isHttp()).isEqualTo(stream.startsWith("POST"));
        }
    }

    private static List<String> readAll(LineReader reader) throws IOException, MalformedMessageException {
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, UTF_8));
        }
        return lines;
    }

    private static InputStream inChunks(byte[] bytes, int chunk) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, chunk));
            }
        };
    }
}
