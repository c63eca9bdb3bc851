package toystore.lab.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page, the files that it loads, and the page as one file with a recording in it. Immutable. */
final class RoomPage {
    /** With the version of the parent's pom. */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final Pattern LINK = Pattern.compile("<link rel=\"stylesheet\" href=\"(/assets/\\w+\\.css)\">\n?");
    private static final Pattern SCRIPT_ELEMENT =
            Pattern.compile("<script( type=\"module\")?[^>]* src=\"(/assets/\\w+\\.js)\"[^>]*></script>\n?");
    private static final String HEAD = "<head>";
    private static final String BODY_END = "</body>";

    private final Map<String, PageFile> files = new LinkedHashMap<>(); // by path; not changed after start

    /** A file as a browser receives it. */
    record PageFile(String contentType, String text) {
        byte[] bytes() {
            return text.getBytes(UTF_8);
        }
    }

    /** Reads the files from this program's jar. */
    RoomPage() throws IOException {
        files.put("/", new PageFile(HTML, read("index.html")));
        files.put("/assets/room.css", new PageFile(CSS, read("room.css")));
        files.put("/assets/room.js", new PageFile(SCRIPT, read("room.js")));
        files.put("/assets/uplot.css", new PageFile(CSS, read(UPLOT + "dist/uPlot.min.css")));
        files.put("/assets/uplot.js", new PageFile(SCRIPT, read(UPLOT + "dist/uPlot.iife.min.js")));
    }

    Optional<PageFile> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /**
     * Returns the page as one file that replays a recording. Its content security policy lets a browser load nothing,
     * and run only the scripts of the page. No text of the recording can end its element.
     */
    String report(RoomState recording) throws IOException {
        List<String> styles = new ArrayList<>();
        List<String> scripts = new ArrayList<>();
        String html = LINK.matcher(files.get("/").text()).replaceAll(link -> {
            String style = content(link.group(1));
            styles.add(hash(style));
            return Matcher.quoteReplacement("<style>" + style + "</style>\n");
        });
        StringBuilder end = new StringBuilder("<script type=\"application/json\" id=\"recording\">");
        end.append(new String(RoomJson.bytes(recording), UTF_8).replace("<", "\\u003c"));
        end.append("</script>\n");
        html = SCRIPT_ELEMENT.matcher(html).replaceAll(element -> {
            String script = content(element.group(2));
            scripts.add(hash(script));
            String type = element.group(1) == null ? "" : element.group(1);
            end.append("<script").append(type).append('>').append(script).append("</script>\n");
            return "";
        });
        if (scripts.size() != 2 || styles.size() != 2 || !html.contains(HEAD) || !html.contains(BODY_END)) {
            throw new IllegalStateException("index.html has no head, no body, or other files than expected");
        }
        String policy = "default-src 'none'; img-src data:; script-src " + String.join(" ", scripts) + "; style-src "
                + String.join(" ", styles) + "; form-action 'none'; base-uri 'none'";
        String meta = "\n<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">";
        return html.replace(HEAD, HEAD + meta)
                .replace(BODY_END, "<!-- uPlot: " + read(UPLOT + "LICENSE").strip() + " -->\n" + end + BODY_END);
    }

    /** The content of a file; one that could end its element has no place in this program. */
    private String content(String path) {
        String text = files.get(path).text();
        if (text.contains("</script") || text.contains("</style") || text.contains("<!--")) {
            throw new IllegalStateException(path + " cannot stand in a page");
        }
        return text;
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static String read(String name) throws IOException {
        try (InputStream in = RoomPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is not in this program's jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
