package toystore.frontend.store;

import java.math.BigDecimal;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Constraints;

/** What the shopkeeper fills in: {@code {"price":15.99,"add":100}}, one of them or both. */
final class ProductBody {
    private ProductBody() {}

    static CatalogRequest.Put read(String name, Request request) throws HttpException {
        JsonBody form = JsonBody.read(request, "price", "add");
        if (!form.has("price") && !form.has("add")) {
            throw new HttpException(Status.BAD_REQUEST, "price and add are missing; expected one of them or both");
        }
        BigDecimal price = form.has("price") ? form.number("price") : null;
        int add = form.has("add") ? form.wholeNumber("add", 0, Constraints.MAX_STOCK) : 0;
        return Parameters.valid(() -> new CatalogRequest.Put(name, price, add));
    }
}
