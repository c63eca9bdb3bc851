package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import toystore.frontend.http.RawResponse.Echo;

/**
 * A valid request.
 *
 * @param bytes one character per byte
 * @param meaning the request as a server must parse it
 */
record ValidRequest(String bytes, Echo meaning) {
    private static final String MARKS = "-._~!$'()*,;:@";

    /** Which characters of a target are percent-encoded. */
    private enum Coding {
        ONLY_WHAT_MUST_BE,
        EVERYTHING,
        EVERYTHING_IN_LOWER_CASE;

        String encode(String text) {
            StringBuilder encoded = new StringBuilder();
            for (byte b : text.getBytes(UTF_8)) {
                boolean plain = (b >= '0' && b <= '9')
                        || (b >= 'a' && b <= 'z')
                        || (b >= 'A' && b <= 'Z')
                        || (b > 0 && MARKS.indexOf(b) >= 0);
                if (plain && this == ONLY_WHAT_MUST_BE) {
                    encoded.append((char) b);
                } else {
                    encoded.append(String.format(this == EVERYTHING_IN_LOWER_CASE ? "%%%02x" : "%%%02X", b));
                }
            }
            return encoded.toString();
        }
    }

    /** @param text begins with the root */
    private record Target(String text, List<String> path, Map<String, String> query) {}

    /** @param fieldLines that give its end */
    private record Content(String fieldLines, String bytes, String text) {}

    private record Chunks(List<Integer> sizes, String size, String extensions, String trailer) {
        Content of(String fieldLine, String text) {
            StringBuilder bytes = new StringBuilder();
            int start = 0;
            for (int i = 0; start < text.length(); i++) {
                int length = Math.min(sizes.get(i % sizes.size()), text.length() - start);
                bytes.append(String.format(size, length)).append(extensions).append("\r\n");
                bytes.append(text, start, start + length).append("\r\n");
                start += length;
            }
            bytes.append("0").append(extensions).append("\r\n").append(trailer).append("\r\n");
            return new Content(fieldLine, bytes.toString(), text);
        }
    }

    static Arbitrary<ValidRequest> arbitrary() {
        Arbitrary<String> minor = Arbitraries.of("1", "1", "1", "2", "9");
        Arbitrary<String> host = Arbitraries.of("Host: store", "host:store:8080", "HOST:\t[::1]:80 ", "Host: store:");
        return Combinators.combine(target(), content(), fieldLines(), minor, host, Arbitraries.of(true, false))
                .as((target, content, fields, version, hostLine, hostFirst) -> {
                    String method =
                            target.path().size() == 1 && !content.bytes().isEmpty() ? "POST" : "GET";
                    String head = hostFirst ? hostLine + "\r\n" + fields : fields + hostLine + "\r\n";
                    return new ValidRequest(
                            method + " " + target.text() + " HTTP/1." + version + "\r\n" + head + content.fieldLines()
                                    + "\r\n" + content.bytes(),
                            new Echo(method, target.path(), target.query(), content.text()));
                });
    }

    private static Arbitrary<Target> target() {
        Arbitrary<String> root = Arbitraries.of("", "", "http://store", "HTTP://[::1]:8080");
        Arbitrary<List<String>> path = text().filter(
                        segment -> !segment.isEmpty() && !segment.matches("\\.\\.?") && segment.indexOf('/') < 0)
                .list()
                .ofMaxSize(1);
        Arbitrary<Map<String, String>> query =
                Arbitraries.maps(text().filter(name -> !name.isEmpty()), text()).ofMaxSize(3);
        return Combinators.combine(root, path, query, Arbitraries.of(Coding.class))
                .as((start, segments, parameters, coding) -> {
                    StringBuilder text = new StringBuilder(start).append("/echo");
                    segments.forEach(segment -> text.append('/').append(coding.encode(segment)));
                    String pairs = parameters.entrySet().stream()
                            .map(each -> coding.encode(each.getKey()) + "=" + coding.encode(each.getValue()))
                            .collect(Collectors.joining("&"));
                    text.append(pairs.isEmpty() ? "" : "?").append(pairs);
                    List<String> all = segments.isEmpty() ? List.of("echo") : List.of("echo", segments.get(0));
                    return new Target(text.toString(), all, new LinkedHashMap<>(parameters));
                });
    }

    /** Characters of every length in UTF-8. */
    private static Arbitrary<String> text() {
        return Arbitraries.of(
                        "a", "Z", "7", ".", "~", " ", "%", "+", "&", "=", "?", "#", "/", ":", "é", "ß", "€", "漢", "🧸")
                .list()
                .ofMaxSize(8)
                .map(letters -> String.join("", letters));
    }

    private static Arbitrary<String> fieldLines() {
        return Arbitraries.of(
                        "X: y",
                        "X:",
                        "x-y:\t z \t",
                        "!#$%&'*+-.^_`|~: !",
                        "Accept: text/html, */*;q=0.1",
                        "Cookie: a=\"b\"; c=d",
                        "X: \u0080\u00ff",
                        "Connection: keep-alive, X",
                        "Upgrade: h2c",
                        "TE: trailers",
                        "Content_Length: 7",
                        "X-Transfer-Encoding: chunked")
                .list()
                .ofMaxSize(5)
                .map(lines -> lines.stream().map(line -> line + "\r\n").collect(Collectors.joining()));
    }

    private static Arbitrary<Content> content() {
        Arbitrary<String> text =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(bytes -> new String(bytes, ISO_8859_1));
        Arbitrary<String> length = Arbitraries.of("Content-Length: %d", "content-length:00%d", "CONTENT-LENGTH:\t%d ");
        Arbitrary<Content> none = Arbitraries.just(new Content("", "", ""));
        Arbitrary<Content> ofLength = Combinators.combine(length, text)
                .as((line, bytes) -> new Content(String.format(line, bytes.length()) + "\r\n", bytes, bytes));
        Arbitrary<String> coding = Arbitraries.of("Transfer-Encoding: chunked\r\n", "transfer-encoding:CHUNKED\t\r\n");
        Arbitrary<Content> chunked =
                Combinators.combine(coding, text, chunks()).as((line, bytes, chunks) -> chunks.of(line, bytes));
        return Arbitraries.oneOf(none, ofLength, chunked);
    }

    private static Arbitrary<Chunks> chunks() {
        return Combinators.combine(
                        Arbitraries.integers()
                                .between(1, 100)
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(5),
                        Arbitraries.of("%x", "%X", "%04x", "%08X"),
                        Arbitraries.of("", ";a", ";a=b", " ; a = \"b;\\\"\\\\\" ; c"),
                        Arbitraries.of("", "X: y\r\n", "Content-Length: 3\r\nX:\r\n"))
                .as(Chunks::new);
    }
}
