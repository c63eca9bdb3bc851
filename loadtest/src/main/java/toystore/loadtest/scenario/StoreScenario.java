package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.Origin;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;

/**
 * A load on a toy store: queries, orders of one unit, or both.
 *
 * @param probability of an order after a query; null unless the workload is {@link Workload#MIXED}
 */
public record StoreScenario(Shop shop, Workload workload, Double probability) implements Scenario {
    /** The probability of an order in a mixed load, unless another one is given. */
    public static final double DEFAULT_PROBABILITY = 0.75;

    private static final int CONFLICT = 409;
    private static final byte[] QUANTITY = "\"quantity\":".getBytes(UTF_8);
    private static final byte[] ORDER_NUMBER = "\"order_number\":".getBytes(UTF_8);

    /** The requests of a round. */
    public enum Workload {
        /** A query. */
        QUERY,
        /** An order of a product that is not sold out. */
        BUY,
        /** A query; then, if the product is not sold out, with a probability an order of it. */
        MIXED;

        /** On the command line and in files. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The scenario for a shop.
         *
         * @param probability of an order after a query; used by {@link #MIXED} only
         */
        public StoreScenario in(Shop shop, double probability) {
            return new StoreScenario(shop, this, this == MIXED ? probability : null);
        }
    }

    @Override
    public String name() {
        return workload.label();
    }

    @Override
    public Origin target() {
        return shop.origin();
    }

    @Override
    public List<Kind> kinds() {
        return switch (workload) {
            case QUERY -> List.of(Kind.QUERY);
            case BUY -> List.of(Kind.BUY);
            case MIXED -> List.of(Kind.QUERY, Kind.BUY);
        };
    }

    @Override
    public VirtualUser newUser(RandomGenerator random) {
        return new User(random);
    }

    private final class User implements VirtualUser {
        private final RandomGenerator random;
        private ScenarioRequest order; // that follows the last query; null if none does

        User(RandomGenerator random) {
            this.random = random;
        }

        @Override
        public ScenarioRequest next() {
            if (workload == Workload.BUY) {
                return shop.buyAny(random);
            }
            ScenarioRequest next = order == null ? shop.query(random) : order;
            order = null;
            return next;
        }

        @Override
        public Classification classify(ScenarioRequest request, Response response) {
            if (request.kind() == Kind.BUY) {
                return classifyBuy(request, response);
            }
            Classification byStatus = Classification.byStatus(response);
            if (byStatus.outcome() != RequestOutcome.OK) {
                return byStatus;
            }
            long quantity = number(response.body(), QUANTITY);
            if (quantity < 0) {
                return Classification.failure(RequestOutcome.ERROR, response);
            }
            if (workload == Workload.MIXED && quantity > 0 && random.nextDouble() < probability) {
                order = shop.buy(request.product());
            }
            return byStatus;
        }

        @Override
        public boolean isBetweenRounds() {
            return order == null;
        }

        private Classification classifyBuy(ScenarioRequest request, Response response) {
            if (response.status() == CONFLICT) {
                shop.stock().setSoldOut(request.product());
                return Classification.SOLD_OUT;
            }
            Classification byStatus = Classification.byStatus(response);
            if (byStatus.outcome() != RequestOutcome.OK) {
                return byStatus;
            }
            if (number(response.body(), ORDER_NUMBER) < 1) {
                return Classification.failure(RequestOutcome.ERROR, response);
            }
            shop.stock().removeOne(request.product());
            return byStatus;
        }
    }

    /**
     * Finds the whole number that follows a field name, without parsing the JSON, which would take too long.
     *
     * @param field with its quotes and colon: {@code "quantity":}
     * @return -1 if there is none
     */
    private static long number(byte[] json, byte[] field) {
        int at = endOf(json, field);
        if (at < 0) {
            return -1;
        }
        while (at < json.length && json[at] == ' ') {
            at++;
        }
        long number = -1;
        for (; at < json.length && json[at] >= '0' && json[at] <= '9'; at++) {
            number = 10 * Math.max(0, number) + json[at] - '0';
        }
        return number;
    }

    /** The position after the first occurrence of the text; -1 if there is none. */
    private static int endOf(byte[] json, byte[] text) {
        for (int i = 0; i + text.length <= json.length; i++) {
            int same = 0;
            while (same < text.length && json[i + same] == text[same]) {
                same++;
            }
            if (same == text.length) {
                return i + same;
            }
        }
        return -1;
    }
}
