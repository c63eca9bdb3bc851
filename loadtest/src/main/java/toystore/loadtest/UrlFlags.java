package toystore.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import toystore.client.cli.TlsFlags;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.loadtest.scenario.Url;

/** The flags for the request of a load test of any HTTP service. A mixin of picocli. */
final class UrlFlags {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"; // RFC 9110 §5.6.2
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):[ \t]*([\\x20-\\x7E\\t]*)");

    private static final Set<String> RESERVED = Set.of("host", "content-length", "transfer-encoding", "connection");

    @Parameters(index = "0", paramLabel = "URL", description = "http://host[:port]/path, or https")
    private String url;

    @Mixin
    private TlsFlags tls;

    @Option(names = "--method", paramLabel = "NAME", description = "Method (default: GET, or POST with --body).")
    private String method;

    @Option(
            names = "--header",
            paramLabel = "FIELD",
            description = "Header field, Name: value; may be given several times.")
    private List<String> fields = List.of();

    @Option(names = "--body", paramLabel = "TEXT", description = "Body, in UTF-8.")
    private String body;

    String url() {
        return url;
    }

    /**
     * The scenario. It is tried with one request.
     *
     * @throws IllegalArgumentException if there is no response with a status below 400
     */
    Url scenario(Duration timeout) {
        URI uri = uri();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        Origin server = tls.applyTo(origin(uri));
        Url scenario = new Url(
                server,
                HttpRequest.of(
                        server.address(),
                        method(),
                        target,
                        fields(),
                        body == null ? new byte[0] : body.getBytes(UTF_8)));
        probe(scenario, timeout);
        return scenario;
    }

    private void probe(Url scenario, Duration timeout) {
        long start = System.nanoTime();
        try (HttpConnection connection = new HttpConnection(scenario.target())) {
            Executor delayed = CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            CompletableFuture<Void> abort = CompletableFuture.runAsync(connection::abort, delayed);
            Response response = connection.exchange(scenario.request());
            if (response.status() >= 400) {
                throw new IllegalArgumentException(
                        url + " responds with status " + response.status() + "; expected one below 400");
            }
            abort.cancel(false);
        } catch (IOException e) {
            boolean tooLate = System.nanoTime() - start >= timeout.toNanos();
            throw new IllegalArgumentException(
                    tooLate ? url + " did not respond completely within " + timeout.toMillis() + " ms" : e.getMessage(),
                    e);
        }
    }

    private URI uri() {
        try {
            URI uri = new URI(new URI(url).toASCIIString());
            String authority = uri.getRawAuthority(); // getHost() is null for names with underscores
            if (uri.getScheme() != null && authority != null && authority.indexOf('@') < 0) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // refused below
        }
        throw invalidUrl("");
    }

    private Origin origin(URI uri) {
        try {
            return Origin.of(uri.getScheme(), uri.getRawAuthority());
        } catch (IllegalArgumentException e) {
            throw invalidUrl(": " + e.getMessage());
        }
    }

    private IllegalArgumentException invalidUrl(String reason) {
        return new IllegalArgumentException("\"" + url + "\" cannot be measured" + reason
                + "; expected http://host[:port]/path or https://host[:port]/path");
    }

    private String method() {
        String name = method != null ? method : body == null ? "GET" : "POST";
        if (!name.matches(TOKEN)) {
            throw new IllegalArgumentException("--method is \"" + name + "\"; expected a method such as GET");
        }
        return name;
    }

    private Map<String, String> fields() {
        Map<String, String> map = new LinkedHashMap<>();
        for (String field : fields) {
            Matcher matcher = FIELD.matcher(field);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("--header is \"" + field + "\"; expected Name: value");
            }
            if (RESERVED.contains(matcher.group(1).toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("--header is \"" + field + "\", which the load test sets itself");
            }
            map.put(matcher.group(1), matcher.group(2));
        }
        return map;
    }
}
