package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import toystore.common.ResourceStack;
import toystore.durable.LogDigest;
import toystore.durable.Storage;
import toystore.service.WarmUp;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/** A copy of the catalog, with one product, to warm up. Each round gets the product, and reserves and sells a unit. */
final class CatalogWarmUp implements WarmUp.Target {
    private static final String PRODUCT = "Toy";
    private static final String TOYS =
            "{\"products\":[{\"name\":\"" + PRODUCT + "\",\"price\":9.99,\"quantity\":1000000000}]}";
    private static final Checkpointer.Schedule CHECKPOINTS = new Checkpointer.Schedule(1000, Duration.ofSeconds(10));
    private static final int CONNECTIONS = 16;
    private static final String DIGEST = LogDigest.toText(LogDigest.EMPTY);

    private final CatalogService copy;
    private final MessageClient client;
    private final String epoch;

    @GuardedBy("this")
    private long orders;

    private CatalogWarmUp(CatalogService copy, MessageClient client, String epoch) {
        this.copy = copy;
        this.client = client;
        this.epoch = epoch;
    }

    static CatalogWarmUp open(Path folder) throws IOException, RefusedException, UnavailableException {
        Files.writeString(folder.resolve("toys.json"), TOYS);
        try (ResourceStack opened = new ResourceStack()) {
            CatalogConfig config = new CatalogConfig(WarmUp.LISTEN, folder, CHECKPOINTS, Optional.empty());
            CatalogService copy = opened.add(CatalogService.start(config, Storage.DISK, failure -> {}));
            MessageClient client =
                    opened.add(new MessageClient(new MessageClient.Options("catalog", copy.address(), CONNECTIONS)));
            String epoch = client.call(new CatalogRequest.Open("warm-up", 0, 0, DIGEST))
                    .epoch();
            client.call(new CatalogRequest.Activate(epoch, 0));
            opened.release();
            return new CatalogWarmUp(copy, client, epoch);
        }
    }

    @Override
    public WarmUp.Client connect() {
        return this::request;
    }

    private void request() throws RefusedException, UnavailableException {
        client.call(new CatalogRequest.Get(PRODUCT));
        sell();
    }

    private synchronized void sell() throws RefusedException, UnavailableException {
        orders++;
        String reservation = epoch + "-" + orders;
        client.call(new CatalogRequest.Reserve(PRODUCT, 1, epoch, reservation));
        CommittedOrder order = new CommittedOrder(orders, PRODUCT, 1, reservation, DIGEST);
        client.call(new CatalogRequest.Apply(epoch, List.of(order)));
    }

    @Override
    public void close() throws IOException {
        try (copy) {
            client.close();
        }
    }
}
