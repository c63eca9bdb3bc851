package toystore.reference;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import toystore.reference.OrderService.PlacedOrder;

/** The two endpoints, with the JSON of Toy Store. Thread-safe. */
@RestController
final class StoreController {
    private static final int MAX_QUANTITY = 1_000_000;

    private final OrderService orders;

    record Data<T>(T data) {}

    /** What a shopper sends to order some units of a product. */
    record OrderForm(String name, Integer quantity) {}

    /** An order as shoppers see it. */
    record OrderView(long orderNumber, String name, int quantity, BigDecimal price, BigDecimal total, Instant time) {
        OrderView(PlacedOrder order) {
            this(
                    order.number(),
                    order.name(),
                    order.quantity(),
                    order.price(),
                    order.price().multiply(BigDecimal.valueOf(order.quantity())),
                    order.time());
        }
    }

    record Failure(Reason error) {
        record Reason(int code, String message, Integer available) {}

        static ResponseEntity<Failure> response(HttpStatusCode status, String message, Integer available) {
            return ResponseEntity.status(status).body(new Failure(new Reason(status.value(), message, available)));
        }
    }

    StoreController(OrderService orders) {
        this.orders = orders;
    }

    @GetMapping("/products/{name}")
    Data<?> product(@PathVariable String name) {
        return new Data<>(orders.product(name));
    }

    @PostMapping("/orders")
    ResponseEntity<Data<OrderView>> place(
            @RequestBody OrderForm form, @RequestHeader(name = "Idempotency-Key", required = false) String givenKey) {
        if (form.name() == null || form.quantity() == null) {
            throw new RefusedOrderException(HttpStatus.BAD_REQUEST, "name or quantity is missing");
        }
        if (form.quantity() < 1 || form.quantity() > MAX_QUANTITY) {
            throw new RefusedOrderException(
                    HttpStatus.BAD_REQUEST,
                    "quantity is " + form.quantity() + "; expected a whole number from 1 to " + MAX_QUANTITY);
        }
        String key = givenKey == null ? UUID.randomUUID().toString() : givenKey;
        PlacedOrder order = orders.place(key, form.name(), form.quantity());
        return ResponseEntity.created(URI.create("/orders/" + order.number())).body(new Data<>(new OrderView(order)));
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(RefusedOrderException e) {
        return Failure.response(e.status(), e.getMessage(), e.available());
    }

    @ExceptionHandler
    ResponseEntity<Failure> unreadable(HttpMessageNotReadableException e) {
        return Failure.response(HttpStatus.BAD_REQUEST, "the body is not a JSON object with name and quantity", null);
    }
}
