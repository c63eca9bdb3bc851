package toystore.frontend.store;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Rules;

/** What the shopkeeper fills in: {@code {"price":15.99,"add":100}}, one of them or both; other fields are ignored. */
final class ProductForm {
    private ProductForm() {}

    static CatalogRequest.Put read(String name, Request request) throws HttpException {
        JsonNode form = JsonBody.read(request);
        JsonNode price = form.get("price");
        if (price != null && !price.isNumber()) {
            throw JsonBody.wrong("price", price, "a number");
        }
        if (price == null && form.get("add") == null) {
            throw new HttpException(Status.BAD_REQUEST, "expected a price, or units to add, or both");
        }
        int add = form.get("add") == null
                ? 0
                : JsonBody.wholeNumber(form, "add", "a whole number from 0 to " + Rules.MAX_STOCK);
        BigDecimal newPrice = price == null ? null : price.decimalValue();
        return Parameters.valid(() -> new CatalogRequest.Put(name, newPrice, add));
    }
}
