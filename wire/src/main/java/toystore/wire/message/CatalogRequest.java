package toystore.wire.message;

import java.math.BigDecimal;

/** The requests to the catalog. */
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
     * A page of the products, in the order of their names.
     *
     * @param prefix the names in the page begin with it; {@code null} for all names
     * @param after the page begins after this name; {@code null} for the first page
     * @param limit products in the page, 1 to 1,000; {@code null} for 100. A page may have fewer, to fit into a message
     */
    record List(String prefix, String after, Integer limit) implements CatalogRequest<ProductPage> {
        public List {
            prefix = prefix == null ? null : Constraints.prefix(prefix);
            limit = limit == null ? 100 : Constraints.limit(limit);
        }

        @Override
        public Class<ProductPage> replyType() {
            return ProductPage.class;
        }
    }

    /**
     * Reserves units of a product for an order: all of them or none. Refused as unknown product, as out of stock, or as
     * stale if the epoch is not the active one.
     *
     * @param epoch in which the order will be appended to the order log
     * @param reservation unique id of the reservation
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

    /** The last order that is applied to the stock. It ends no epoch, so it may precede {@link Open}. */
    record Position() implements CatalogRequest<CatalogPosition> {
        @Override
        public Class<CatalogPosition> replyType() {
            return CatalogPosition.class;
        }
    }

    /**
     * Opens an epoch: reservations of older epochs are refused from now on. Refused as stale if the catalog follows
     * another log or another history of this log, if it has applied more orders than this log has, or if {@code asOf}
     * is not its position. Then the current epoch continues.
     *
     * @param log id of the order log
     * @param head number of its last order that is on disk
     * @param asOf number of the last order that the catalog has applied, as it replied to {@link Position}
     * @param digest of the log up to that order, or to its head if that is before it: 16 hexadecimal digits
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
     * Applies committed orders to the stock. The orders are consecutive in the log. Without orders it is a heartbeat.
     * Refused as stale if the epoch is not the current one.
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
     * Activates the epoch after all orders of older epochs are applied: their reservations are dropped, and those of
     * this epoch are served. Refused as stale if the epoch is not the current one, or if the catalog is at another
     * position.
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
     * Products as orders have just left them, for a catalog whose products are in the same database. From its reply on,
     * no query gets an older version of them. Refused as stale by a catalog of another store.
     *
     * @param store identity of the store in the database
     */
    record Refresh(String store, java.util.List<Product> products) implements CatalogRequest<RefreshReply> {
        public Refresh {
            Constraints.token("store", store);
            products = java.util.List.copyOf(products == null ? java.util.List.of() : products);
        }

        @Override
        public Class<RefreshReply> replyType() {
            return RefreshReply.class;
        }
    }

    /**
     * Changes a product, or adds a new one. Refused as not understood if the product would have too many units, if a
     * new one would have fewer than none, or if the price has more digits after the point than this catalog allows;
     * refused as out of stock if it takes more units than are available.
     *
     * @param price the new price of one unit; {@code null} leaves the price, and is refused for a new product
     * @param add units to add to the stock, or to take from it if it is negative; {@code null} for none
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
     * Subscribes to changes of products, by one reply after the other on this connection. The first reply is sent at
     * once, without products. Each further reply has products that have changed since the previous one, with their
     * current values; if nothing has changed for a quarter of a second, it has none and is a heartbeat.
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
