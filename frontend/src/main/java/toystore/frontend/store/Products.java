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

/** The handlers of {@code /products}. Thread-safe. */
final class Products {
    private static final String NAME = "product_name";
    private static final String PREFIX = "prefix";
    private static final String NAME_IN_PATH = NAME + "=";

    private final Backends backends;
    private final ProductCache<Response> cache;
    private final AdminToken adminToken;

    /** A product as shoppers see it. */
    private record View(String name, BigDecimal price, int quantity) {
        View(Product product) {
            this(product.name(), product.price(), product.quantity());
        }
    }

    Products(Backends backends, ProductCache<Response> cache, AdminToken adminToken) {
        this.backends = backends;
        this.cache = cache;
        this.adminToken = adminToken;
    }

    /** The response to a query for one product. */
    static Response response(Product product) {
        return Response.data(Status.OK, new View(product));
    }

    /** {@code GET /products?product_name=Tux}, or {@code GET /products?prefix=F&limit=100&after=Fox} */
    Response listOrFind(Request request) throws HttpException {
        if (request.query().containsKey(NAME)) {
            Parameters.requireAlone(request, NAME, PREFIX, Parameters.LIMIT, Parameters.AFTER);
            Parameters.allow(request, NAME);
            return find(request.query().get(NAME));
        }
        Parameters.allow(request, NAME, PREFIX, Parameters.LIMIT, Parameters.AFTER);
        return list(request.query().get(PREFIX), request.query().get(Parameters.AFTER), Parameters.limit(request));
    }

    /** {@code GET /products/Tux}, or {@code GET /products/product_name=Tux} */
    Response find(Request request) throws HttpException {
        Parameters.allow(request);
        return find(nameIn(request.path().get(1)));
    }

    private static String nameIn(String segment) {
        return segment.startsWith(NAME_IN_PATH) ? segment.substring(NAME_IN_PATH.length()) : segment;
    }

    private Response find(String name) throws HttpException {
        return cache.find(name, () -> backends.call(Parameters.valid(() -> new CatalogRequest.Get(name))));
    }

    private Response list(String prefix, String after, Integer limit) throws HttpException {
        ProductPage page = backends.call(Parameters.valid(() -> new CatalogRequest.List(prefix, after, limit)));
        return Response.page(page.products().stream().map(View::new).toList(), page.next());
    }

    /** {@code PUT /products/Tux}, or {@code PUT /products/product_name=Tux}, with {@code {"price":15.99,"add":100}}, or with one of these fields. */
    Response put(Request request) throws HttpException {
        adminToken.require(request);
        Parameters.allow(request);
        return put(nameIn(request.path().get(1)), request);
    }

    /** {@code PUT /products?product_name=Tux}, also for names with a slash, which a path cannot have. */
    Response putByParameter(Request request) throws HttpException {
        adminToken.require(request);
        Parameters.allow(request, NAME);
        return put(Parameters.required(request, NAME), request);
    }

    private Response put(String name, Request request) throws HttpException {
        CatalogRequest.Put put = putRequest(name, request);
        try {
            PutReply reply = backends.call(put);
            cache.changed(reply.product());
            return Response.data(reply.made() ? Status.CREATED : Status.OK, new View(reply.product()));
        } catch (HttpException | RuntimeException e) {
            cache.forget(name); // the product may have been changed anyway
            throw e;
        }
    }

    private static CatalogRequest.Put putRequest(String name, Request request) throws HttpException {
        JsonBody body = JsonBody.read(request, "price", "add");
        if (!body.has("price") && !body.has("add")) {
            throw new HttpException(Status.BAD_REQUEST, "price and add are missing; expected one of them or both");
        }
        BigDecimal price = body.has("price") ? body.number("price") : null;
        int add = body.has("add") ? body.wholeNumber("add", -Constraints.MAX_STOCK, Constraints.MAX_STOCK) : 0;
        return Parameters.valid(() -> new CatalogRequest.Put(name, price, add));
    }
}
