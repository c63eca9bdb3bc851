package toystore.loadtest;

import java.io.IOException;
import picocli.CommandLine.Option;
import toystore.common.Address;
import toystore.loadtest.scenario.ProductSelectorConverter;
import toystore.loadtest.scenario.ProductSelectorConverter.Popularity;
import toystore.loadtest.scenario.Shop;

/** The flags of every command that measures a toy store. */
final class ShopFlags {
    @Option(
            names = "--products",
            paramLabel = "CHOICE",
            converter = ProductSelectorConverter.class,
            defaultValue = "${env:TOYSTORE_PRODUCTS:-uniform}",
            description =
                    "How products are chosen: uniform, or zipf:S, where number k of the list is chosen 1/k^S times as"
                            + " often as the first (zipf is zipf:1) (TOYSTORE_PRODUCTS; now ${DEFAULT-VALUE}).")
    private Popularity popularity;

    @Option(
            names = "--restock",
            defaultValue = "${env:TOYSTORE_RESTOCK:-false}",
            description = "Bring new units of what runs out, through the store's admin API (TOYSTORE_RESTOCK).")
    private boolean restock;

    @Option(
            names = "--admin-token",
            paramLabel = "TOKEN",
            defaultValue = "${env:TOYSTORE_ADMIN_TOKEN}",
            description = "The store's, for --restock (TOYSTORE_ADMIN_TOKEN, which others do not see).")
    private String adminToken;

    /** The token to restock with; null if nothing is restocked. */
    String restockToken() {
        if (restock && (adminToken == null || adminToken.isEmpty())) {
            throw new IllegalArgumentException(
                    "--restock needs the token that the store was opened with; set TOYSTORE_ADMIN_TOKEN");
        }
        return restock ? adminToken : null;
    }

    Shop visit(Address store) throws NoTargetException {
        try {
            return Shop.visit(store, popularity);
        } catch (IOException e) {
            throw new NoTargetException(e.getMessage(), e);
        }
    }
}
