package toystore.frontend.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Router.Route;
import toystore.frontend.http.StaticResource;
import toystore.frontend.http.Status;

/**
 * The store's web page, and the files that it loads. They are read from the jar, named and compressed once. Immutable.
 *
 * <pre>
 *   file in the jar   path                          may be cached
 *   index.html        /                             but has to be validated before each use
 *   store.css         /assets/store.HASH.css        for ever: another content has another name
 *   store.js          /assets/store.HASH.js         for ever
 *   favicon.svg       /favicon.svg                  but has to be validated before each use
 * </pre>
 *
 * HASH is the beginning of the SHA-256 of the content. index.html names the assets without it; it is inserted here.
 * A query is ignored, because links collect parameters on their way.
 */
public final class Site {
    private static final String ASSETS = "/assets/";
    private static final int HASH_LENGTH = 8; // hexadecimal digits
    private static final Field VALIDATED = new Field("Cache-Control", "no-cache");
    private static final Field FOR_EVER = new Field("Cache-Control", "public, max-age=31536000, immutable");
    private static final List<Field> OF_ALL_FILES = List.of(
            new Field("X-Content-Type-Options", "nosniff"), new Field("Cross-Origin-Resource-Policy", "same-origin"));
    /** The page loads and calls nothing but this store, is shown in no frame, and never parses text as HTML. */
    private static final List<Field> OF_THE_PAGE = List.of(
            new Field(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                            + " form-action 'none'; base-uri 'none'; frame-ancestors 'none';"
                            + " require-trusted-types-for 'script'"),
            new Field("Referrer-Policy", "no-referrer"),
            new Field("Cross-Origin-Opener-Policy", "same-origin"));

    private final Map<String, StaticResource> assets = new HashMap<>(); // by file name; not changed after start
    private final StaticResource page;
    private final StaticResource icon;

    private Site() throws IOException {
        String html = new String(read("index.html"), UTF_8);
        html = addAsset(html, "store", ".css", "text/css; charset=utf-8");
        html = addAsset(html, "store", ".js", "text/javascript; charset=utf-8");
        List<Field> fields = new ArrayList<>(OF_THE_PAGE);
        fields.add(VALIDATED);
        this.page = resource("text/html; charset=utf-8", fields, html.getBytes(UTF_8));
        this.icon = resource("image/svg+xml", List.of(VALIDATED), read("favicon.svg"));
    }

    /** The routes of the page and its files. */
    public static List<Route> routes() throws IOException {
        Site site = new Site();
        return List.of(
                new Route("GET", "/", site.page),
                new Route("GET", ASSETS + "{file}", site::asset),
                new Route("GET", "/favicon.svg", site.icon));
    }

    /** Adds an asset. Returns the page with the name that the asset has now. */
    private String addAsset(String html, String name, String extension, String contentType) throws IOException {
        StaticResource asset = resource(contentType, List.of(FOR_EVER), read(name + extension));
        String hashed = name + "." + asset.hash().substring(0, HASH_LENGTH) + extension;
        assets.put(hashed, asset);
        return html.replace(ASSETS + name + extension, ASSETS + hashed);
    }

    private static StaticResource resource(String contentType, List<Field> more, byte[] content) {
        List<Field> fields = new ArrayList<>(OF_ALL_FILES);
        fields.addAll(more);
        return new StaticResource(contentType, fields, content);
    }

    private Response asset(Request request) throws HttpException {
        StaticResource asset = assets.get(request.path().get(1));
        if (asset == null) {
            throw new HttpException(Status.NOT_FOUND, "file not found; the page / names those that there are");
        }
        return asset.handle(request);
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = Site.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new FileNotFoundException("the frontend's jar does not contain " + file + " of the web page");
            }
            return in.readAllBytes();
        }
    }
}
