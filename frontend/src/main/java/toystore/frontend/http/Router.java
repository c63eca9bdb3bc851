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

/**
 * Finds who answers a request, by path and method, and has it answered. HEAD is answered wherever GET is (RFC 9110
 * §9.3.2), and OPTIONS everywhere (§9.3.7).
 */
public final class Router {
    /** What exchanges name as their route when no path fits. */
    static final String NO_ROUTE = "none";

    private static final Logger log = LoggerFactory.getLogger(Router.class);

    private static final int LONGEST_SHOWN = 40;

    /** RFC 9110 §9.3 and RFC 5789: methods that are known here, though not all are implemented. */
    private static final Set<String> KNOWN =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /** Answers a request. Called by many threads at once. */
    public interface Handler {
        Response handle(Request request) throws HttpException;
    }

    /**
     * Who answers what.
     *
     * @param pattern a path like {@code /products/{name}}; a segment in braces stands for any that is not empty
     */
    public record Route(String method, String pattern, Handler handler) {}

    /** @param route the pattern of the path; {@link #NO_ROUTE} if none fits */
    record RoutedResponse(String route, Response response) {}

    private final List<Resource> resources;

    public Router(List<Route> routes) {
        Map<String, List<Route>> byPattern =
                routes.stream().collect(Collectors.groupingBy(Route::pattern, LinkedHashMap::new, Collectors.toList()));
        this.resources = byPattern.entrySet().stream()
                .map(entry -> new Resource(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Has the request answered, whatever happens. */
    RoutedResponse answer(Request request) {
        String route = NO_ROUTE;
        try {
            if (!KNOWN.contains(request.method())) {
                throw new HttpException(
                        Status.NOT_IMPLEMENTED,
                        "the method " + Abbreviated.of(request.method(), LONGEST_SHOWN) + " is not implemented");
            }
            if (request.target().isServer()) {
                return new RoutedResponse("*", Response.empty(allow(allMethods())));
            }
            Resource resource = find(request.path());
            route = resource.pattern;
            return new RoutedResponse(route, resource.answer(request));
        } catch (HttpException e) {
            return new RoutedResponse(route, e.response());
        } catch (RuntimeException e) {
            log.error(
                    "{} {} could not be answered",
                    request.method(),
                    request.head().line().target(),
                    e);
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

    private static Field allow(Iterable<String> methods) {
        return new Field("Allow", String.join(", ", methods));
    }

    /** All that can be done with the paths of one pattern. */
    private static final class Resource {
        private final String pattern;
        private final String[] segments; // null for one that any fits
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
                boolean fits = segments[i] == null ? !path.get(i).isEmpty() : segments[i].equals(path.get(i));
                if (!fits) {
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
                return Response.empty(allow(allowed));
            }
            throw new HttpException(
                            Status.METHOD_NOT_ALLOWED,
                            "the method " + request.method() + " is not allowed here; " + String.join(", ", allowed)
                                    + " are")
                    .with(allow(allowed));
        }
    }
}
