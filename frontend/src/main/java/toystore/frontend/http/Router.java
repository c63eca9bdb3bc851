package toystore.frontend.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Abbreviated;
import toystore.frontend.http.Fields.Field;

/**
 * Finds the handler of a request by path and method, and calls it. HEAD has the handlers of GET (RFC 9110 §9.3.2);
 * every path answers OPTIONS (§9.3.7). Thread-safe.
 */
public final class Router {
    /** The route of an exchange whose path matches no route. */
    public static final String NO_ROUTE = "none";

    private static final Logger log = LoggerFactory.getLogger(Router.class);
    private static final int MAX_METHOD_LENGTH = 40; // characters of a method in a message
    /** The methods of RFC 9110 §9.3 and RFC 5789. Others get 501 instead of 405. */
    private static final Set<String> KNOWN_METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /** Answers requests. Must be thread-safe. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request) throws HttpException;
    }

    /**
     * A method and a path, with the handler for both.
     *
     * @param pattern a path like {@code /products/{name}}; a segment in braces matches any segment that is not empty
     */
    public record Route(String method, String pattern, Handler handler) {}

    /**
     * A response and the route that gave it.
     *
     * @param route the pattern of the path; {@link #NO_ROUTE} if no pattern matches
     */
    public record RoutedResponse(String route, Response response) {}

    private final List<Resource> resources;

    public Router(List<Route> routes) {
        Map<String, List<Route>> byPattern =
                routes.stream().collect(Collectors.groupingBy(Route::pattern, LinkedHashMap::new, Collectors.toList()));
        this.resources = byPattern.entrySet().stream()
                .map(entry -> new Resource(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Answers a request. An exception from its handler becomes an error response. */
    public RoutedResponse answer(Request request) {
        String route = NO_ROUTE;
        try {
            if (!KNOWN_METHODS.contains(request.method())) {
                throw new HttpException(
                        Status.NOT_IMPLEMENTED,
                        "the method " + Abbreviated.of(request.method(), MAX_METHOD_LENGTH) + " is not implemented");
            }
            if (request.isForServer()) {
                return new RoutedResponse("*", options(allMethods()));
            }
            Resource resource = find(request.path());
            route = resource.pattern;
            return new RoutedResponse(route, resource.answer(request));
        } catch (HttpException e) {
            return new RoutedResponse(route, e.response());
        } catch (RuntimeException e) {
            log.error("the handler of {} {} failed", request.method(), request.target(), e);
            return new RoutedResponse(
                    route, new HttpException(Status.INTERNAL_SERVER_ERROR, "internal error").response());
        }
    }

    private Resource find(List<String> path) throws HttpException {
        for (Resource resource : resources) {
            if (resource.matches(path)) {
                return resource;
            }
        }
        String known = resources.stream().map(each -> each.pattern).collect(Collectors.joining(", "));
        throw new HttpException(Status.NOT_FOUND, "path not found; there are " + known);
    }

    private Set<String> allMethods() {
        Set<String> methods = new TreeSet<>();
        resources.forEach(resource -> methods.addAll(resource.allowed));
        return methods;
    }

    private static Response options(Iterable<String> methods) {
        return Response.withoutContent(Status.NO_CONTENT, List.of(allow(methods)));
    }

    private static Field allow(Iterable<String> methods) {
        return new Field("Allow", String.join(", ", methods));
    }

    /** The handlers of one pattern, by method. */
    private static final class Resource {
        private final String pattern;
        private final String[] segments; // null for a segment in braces
        private final Map<String, Handler> handlers = new LinkedHashMap<>();
        private final List<String> allowed;

        Resource(String pattern, List<Route> routes) {
            this.pattern = pattern;
            this.segments = Stream.of(pattern.substring(1).split("/", -1))
                    .map(segment -> segment.startsWith("{") ? null : segment)
                    .toArray(String[]::new);
            for (Route route : routes) {
                handlers.put(route.method(), route.handler());
                if (route.method().equals("GET")) {
                    handlers.put("HEAD", route.handler());
                }
            }
            this.allowed = new ArrayList<>(handlers.keySet());
            allowed.add("OPTIONS");
        }

        boolean matches(List<String> path) {
            if (segments.length != path.size()) {
                return false;
            }
            for (int i = 0; i < segments.length; i++) {
                boolean matches = segments[i] == null ? !path.get(i).isEmpty() : segments[i].equals(path.get(i));
                if (!matches) {
                    return false;
                }
            }
            return true;
        }

        Response answer(Request request) throws HttpException {
            Handler handler = handlers.get(request.method());
            if (handler != null) {
                return handler.handle(request);
            }
            if (request.method().equals("OPTIONS")) {
                return options(allowed);
            }
            throw new HttpException(
                            Status.METHOD_NOT_ALLOWED,
                            "the method " + request.method() + " is not allowed here; " + String.join(", ", allowed)
                                    + " are")
                    .with(allow(allowed));
        }
    }
}
