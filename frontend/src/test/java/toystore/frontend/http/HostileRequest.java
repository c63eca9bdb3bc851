package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A hostile request from {@code hostile-requests.txt}.
 *
 * @param responses in the form of {@link RawResponse#summary()}
 * @param closes whether the server closes after the only response
 * @param bytes one character per byte
 */
record HostileRequest(String name, List<String> responses, boolean closes, String bytes) {
    private static final String CLOSES = " closes";
    private static final Pattern BLOCK =
            Pattern.compile("(?m)^=== (.+)\\n((?:.+\\n)+?)---\\n((?s).*?)(?=\\n===|\\n##|\\z)");
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:([rnt0\\\\])|x([0-9a-f]{2})|\\n)|\\{smuggled}\\n?|\\n", Pattern.CASE_INSENSITIVE);

    static Stream<HostileRequest> all() throws IOException {
        try (InputStream in = HostileRequest.class.getResourceAsStream("hostile-requests.txt")) {
            String text = new String(in.readAllBytes(), UTF_8);
            return BLOCK.matcher(text).results().map(block -> {
                String responses = block.group(2);
                return new HostileRequest(
                        block.group(1),
                        responses.replace(CLOSES, "").lines().toList(),
                        responses.endsWith(CLOSES + "\n"),
                        unescaped(block.group(3)));
            });
        }
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(
                        escape -> Matcher.quoteReplacement(bytes(escape.group(), escape.group(1), escape.group(2))));
    }

    private static String bytes(String escape, String letter, String hexadecimal) {
        if (letter != null) {
            return switch (letter) {
                case "r" -> "\r";
                case "n" -> "\n";
                case "t" -> "\t";
                case "0" -> "\0";
                default -> "\\";
            };
        }
        if (hexadecimal != null) {
            return "" + (char) Integer.parseInt(hexadecimal, 16);
        }
        if (escape.startsWith("{")) {
            return EchoServer.SMUGGLED;
        }
        return escape.startsWith("\\") ? "" : "\r\n";
    }

    @Override
    public String toString() {
        return name;
    }
}
