package toystore.frontend.http;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds who answers a request, by path and method. HEAD is answered wherever GET is. */
public final class Router implements HttpServer.Handler {

    /**
     * Who answers what.
     *
     * @param pattern a path like {@code /products/{name}}; a segment in braces stands for any that is not empty
     */
    public record Route(String method, String pattern, HttpServer.Handler handler) {
        private boolean matches(List<String> path) {
            String[] segments = pattern.substring(1).split("/", -1);
            if (segments.length != path.size()) {
                return false;
            }
            for (int i = 0; i < segments.length; i++) {
                boolean fits = segments[i].startsWith("{") ? !path.get(i).isEmpty() : segments[i].equals(path.get(i));
                if (!fits) {
                    return false;
                }
            }
            return true;
        }

        private boolean answers(String wanted) {
            return method.equals(wanted) || (method.equals("GET") && wanted.equals("HEAD"));
        }
    }

    private final List<Route> routes;

    public Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    @Override
    public Response handle(Request request) throws HttpException {
        List<String> allowed = new ArrayList<>();
        for (Route route : routes) {
            if (route.matches(request.path())) {
                if (route.answers(request.method())) {
                    return route.handler().handle(request);
                }
                allowed.addAll(route.method().equals("GET") ? List.of("GET", "HEAD") : List.of(route.method()));
            }
        }
        if (allowed.isEmpty()) {
            String known = routes.stream().map(Route::pattern).distinct().collect(Collectors.joining(", "));
            throw new HttpException(Status.NOT_FOUND, "path not found; there are " + known);
        }
        String allow = String.join(", ", allowed);
        throw new HttpException(
                        Status.METHOD_NOT_ALLOWED,
                        "the method " + request.method() + " is not allowed here; " + allow + " are")
                .with(new Field("Allow", allow));
    }
}
