package toystore.wire.message;

import java.math.BigDecimal;

/** What the catalog can be asked. */
public sealed interface CatalogRequest<R extends Reply> extends ServiceRequest<R> {

    /** One product by its exact name. Refused as unknown product. */
    record Get(String name) implements CatalogRequest<Product> {
        public Get {
            Constraints.name(name);
        }

        @Override
        public Class<Product> replyType() {
            return Product.class;
        }
    }

    /**
     * Products in the order of their names.
     *
     * @param after the name that the page begins behind; {@code null} for the first page
     * @param limit how many are wanted, 1 to 1,000; {@code null} for 100. A page may hold fewer, to fit into a message
     */
    record List(String after, Integer limit) implements CatalogRequest<ProductPage> {
        public List {
            limit = limit == null ? 100 : Constraints.limit(limit);
        }

        @Override
        public Class<ProductPage> replyType() {
            return ProductPage.class;
        }
    }

    /**
     * Reserves units of a product for an order: all of them or none. Refused as unknown product, out of stock, or
     * stale when the epoch is not the one that the catalog serves.
     *
     * @param epoch under which the order will be appended to the order log
     * @param reservation names it, once and for all
     */
    record Reserve(String name, int quantity, String epoch, String reservation)
            implements CatalogRequest<ReserveReply> {
        public Reserve {
            Constraints.name(name);
            Constraints.quantity(quantity);
            Constraints.token("epoch", epoch);
            Constraints.token("reservation", reservation);
        }

        @Override
        public Class<ReserveReply> replyType() {
            return ReserveReply.class;
        }
    }

    /** Asks up to which order the stock counts. It ends no epoch, so it comes before {@link Open}. */
    record Position() implements CatalogRequest<CatalogPosition> {
        @Override
        public Class<CatalogPosition> replyType() {
            return CatalogPosition.class;
        }
    }

    /**
     * Opens an epoch: reservations of older ones are refused from now on. Refused as stale if the catalog follows
     * another log or another history of this log, counts more orders than this one has, or counts others than
     * {@code asOf} says. Then the epoch that stands goes on.
     *
     * @param log id of the order log
     * @param head number of its last order that is on disk
     * @param asOf number of the last order that the catalog counts, as it said
     * @param digest of the log up to that order, or to its head if that comes before: 16 hexadecimal digits
     */
    record Open(String log, long head, long asOf, String digest) implements CatalogRequest<OpenReply> {
        public Open {
            Constraints.token("log", log);
            Constraints.count("head", head);
            Constraints.count("as_of", asOf);
            Constraints.token("digest", digest);
        }

        @Override
        public Class<OpenReply> replyType() {
            return OpenReply.class;
        }
    }

    /**
     * Tells of orders that are in the log, one after the other and none left out. Without any it asks whether the
     * epoch still stands. Refused as stale if it does not.
     */
    record Apply(String epoch, java.util.List<CommittedOrder> orders) implements CatalogRequest<CatalogPosition> {
        public Apply {
            Constraints.token("epoch", epoch);
            orders = java.util.List.copyOf(orders == null ? java.util.List.of() : orders);
        }

        @Override
        public Class<CatalogPosition> replyType() {
            return CatalogPosition.class;
        }
    }

    /**
     * Says that the catalog now knows every order of older epochs: their reservations are dropped, those of this epoch
     * are served. Refused as stale if the epoch does not stand or the catalog counts another number of orders.
     *
     * @param head number of the last order of older epochs
     */
    record Activate(String epoch, long head) implements CatalogRequest<CatalogPosition> {
        public Activate {
            Constraints.token("epoch", epoch);
            Constraints.count("head", head);
        }

        @Override
        public Class<CatalogPosition> replyType() {
            return CatalogPosition.class;
        }
    }

    /**
     * Changes a product, or makes a new one. Refused as not understood if there would be too many units of it, or if the
     * price has more digits after the point than this catalog allows.
     *
     * @param price the new price of one unit; {@code null} leaves it as it is, and is refused for a new product
     * @param add units that come into stock; {@code null} for none
     */
    record Put(String name, BigDecimal price, Integer add) implements CatalogRequest<PutReply> {
        public Put {
            Constraints.name(name);
            price = price == null ? null : Constraints.priceInRange(price);
            add = add == null ? 0 : Constraints.added(add);
        }

        @Override
        public Class<PutReply> replyType() {
            return PutReply.class;
        }
    }

    /**
     * Asks to be told of every product that changes from now on, by one reply after the other on this connection. The
     * first comes at once, without products; then each has some that have changed since the one before, as they are
     * now, or none as a sign of life when nothing has changed for a quarter of a second.
     */
    record Watch() implements CatalogRequest<ProductUpdates> {
        @Override
        public Class<ProductUpdates> replyType() {
            return ProductUpdates.class;
        }
    }

    /** Counters and health. */
    record Stats() implements CatalogRequest<CatalogStats> {
        @Override
        public Class<CatalogStats> replyType() {
            return CatalogStats.class;
        }
    }
}
