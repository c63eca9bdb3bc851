package toystore.frontend.store;

import java.math.BigDecimal;
import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Status;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Constraints;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.PutReply;

/** Answers for {@code /products}. */
final class Products {
    private static final String NAME = "product_name";
    private static final String LIMIT = "limit";
    private static final String AFTER = "after";
    private static final String NAME_IN_PATH = NAME + "=";

    private final Backends backends;
    private final ProductCache<Response> cache;
    private final Admin admin;

    /** A product as a shopper sees it. */
    private record View(String name, BigDecimal price, int quantity) {
        View(Product product) {
            this(product.name(), product.price(), product.quantity());
        }
    }

    Products(Backends backends, ProductCache<Response> cache, Admin admin) {
        this.backends = backends;
        this.cache = cache;
        this.admin = admin;
    }

    /** One product. */
    static Response response(Product product) {
        return Response.data(Status.OK, new View(product));
    }

    /** {@code /products?product_name=Tux}, or {@code /products?limit=100&after=Fox}. */
    Response listOrFind(Request request) throws HttpException {
        if (request.query().containsKey(NAME)) {
            if (request.query().containsKey(LIMIT) || request.query().containsKey(AFTER)) {
                throw new HttpException(
                        Status.BAD_REQUEST, NAME + " cannot be combined with " + LIMIT + " or " + AFTER);
            }
            Parameters.allow(request, NAME);
            return find(request.query().get(NAME));
        }
        Parameters.allow(request, NAME, LIMIT, AFTER);
        String limit = request.query().get(LIMIT);
        Integer most = limit == null ? null : (int) Parameters.wholeNumber(LIMIT, limit, Constraints.MAX_PAGE);
        return list(request.query().get(AFTER), most);
    }

    /** {@code /products/Tux}, or {@code /products/product_name=Tux}. */
    Response find(Request request) throws HttpException {
        Parameters.allow(request);
        String segment = request.path().get(1);
        return find(segment.startsWith(NAME_IN_PATH) ? segment.substring(NAME_IN_PATH.length()) : segment);
    }

    /** {@code PUT /products/Tux} with {@code {"price":15.99,"add":100}}: for the shopkeeper. */
    Response put(Request request) throws HttpException {
        admin.check(request);
        Parameters.allow(request);
        return put(request.path().get(1), request);
    }

    /** {@code PUT /products?product_name=Tux}: also for names with a slash in them, which cannot be in a path. */
    Response putByParameter(Request request) throws HttpException {
        admin.check(request);
        Parameters.allow(request, NAME);
        return put(Parameters.required(request, NAME), request);
    }

    private Response put(String name, Request request) throws HttpException {
        CatalogRequest.Put form = ProductBody.read(name, request);
        try {
            PutReply stored = backends.ask(form);
            cache.changed(stored.product());
            return Response.data(stored.made() ? Status.CREATED : Status.OK, new View(stored.product()));
        } catch (HttpException | RuntimeException e) {
            cache.forget(name); // it may have been changed all the same
            throw e;
        }
    }

    private Response find(String name) throws HttpException {
        return cache.find(name, () -> backends.ask(Parameters.valid(() -> new CatalogRequest.Get(name))));
    }

    private Response list(String after, Integer limit) throws HttpException {
        ProductPage page = backends.ask(Parameters.valid(() -> new CatalogRequest.List(after, limit)));
        return Response.page(page.products().stream().map(View::new).toList(), page.next());
    }
}
