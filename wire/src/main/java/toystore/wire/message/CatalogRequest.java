package toystore.wire.message;

/** What the catalog can be asked. */
public sealed interface CatalogRequest<R extends Reply> extends Request<R> {

    /** One product by its exact name. Refused as unknown product. */
    record Get(String name) implements CatalogRequest<Product> {
        public Get {
            Rules.name(name);
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
            limit = limit == null ? 100 : Rules.limit(limit);
        }

        @Override
        public Class<ProductPage> replyType() {
            return ProductPage.class;
        }
    }

    /** Sells units of a product: all of them or none. Refused as unknown product or out of stock. */
    record Post(String name, int quantity) implements CatalogRequest<Sale> {
        public Post {
            Rules.name(name);
            Rules.quantity(quantity);
        }

        @Override
        public Class<Sale> replyType() {
            return Sale.class;
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
