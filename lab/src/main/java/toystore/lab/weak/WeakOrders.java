package toystore.lab.weak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.lab.weak.WeakMode.Setting;
import toystore.orders.Catalog;
import toystore.orders.OrdersConfig;
import toystore.orders.OrdersService;
import toystore.orders.Overrides;
import toystore.orders.Overrides.Timeouts;
import toystore.service.ServiceLifecycle;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.net.UnavailableException;

/**
 * The orders service without a rule. It ends when its stdin does: then the lab is gone.
 *
 * <p>Arguments: the mode, {@code weak} or {@code correct}, the seed, the port, the data folder and the catalog's address.
 * On stdout it reports, beside {@code ready}, what {@link HoldPoint} does and
 *
 * <pre>
 *   epoch NAME       orders can be placed under this epoch
 *   refused REASON   the catalog refuses orders that are in the log, or the log
 * </pre>
 */
final class WeakOrders {
    static final String CORRECT = "correct";
    static final String WEAK = "weak";

    private static final int KEYS = 1000;

    /** An order may be held for as long as a busy machine takes for the schedule; all other waits are those of a store. */
    private static final Timeouts TIMEOUTS = patient(Overrides.NONE.timeouts());

    private WeakOrders() {}

    public static void main(String[] args) throws Exception {
        ServiceLifecycle lifecycle = ServiceLifecycle.begin("orders");
        WeakMode mode = WeakModes.find(args[0]).orElseThrow();
        HoldPoint hold = new HoldPoint(System.out);
        Address catalog = Address.parse(args[5], 0);
        Setting setting = new Setting(args[1].equals(CORRECT), Long.parseLong(args[2]), hold, catalog);
        Overrides overrides = new Overrides(
                mode.storage(setting),
                real -> mode.store(real, setting),
                real -> new ReportingCatalog(mode.catalog(real, setting), System.out),
                TIMEOUTS);
        Address listen = new Address("127.0.0.1", Integer.parseInt(args[3]));
        OrdersConfig config = new OrdersConfig(listen, Path.of(args[4]), catalog, KEYS);
        OrdersService service = OrdersService.start(config, overrides, lifecycle::fail);
        Threads.named("schedule", () -> obey(hold)).start();
        System.exit(lifecycle.serve(service.address(), service));
    }

    private static Timeouts patient(Timeouts usual) {
        return new Timeouts(
                Duration.ofMinutes(1), usual.write(), usual.epoch(), usual.outage(), usual.reply(), usual.keys());
    }

    private static void obey(HoldPoint hold) {
        try {
            hold.obey(new BufferedReader(new InputStreamReader(System.in, UTF_8)));
        } catch (IOException e) {
            System.err.println("the schedule cannot be read: " + e.getMessage());
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    private record ReportingCatalog(Catalog real, PrintStream out) implements ForwardingCatalog {
        @Override
        public OpenReply open(CatalogRequest.Open request) throws RefusedException, UnavailableException {
            return reported(() -> real.open(request));
        }

        @Override
        public long apply(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException {
            return reported(() -> real.apply(epoch, orders));
        }

        @Override
        public void activate(String epoch, long head) throws RefusedException, UnavailableException {
            real.activate(epoch, head);
            out.println("epoch " + epoch);
        }

        private <T> T reported(Call<T> call) throws RefusedException, UnavailableException {
            try {
                return call.run();
            } catch (RefusedException e) {
                out.println("refused " + e.getMessage());
                throw e;
            }
        }
    }

    private interface Call<T> {
        T run() throws RefusedException, UnavailableException;
    }
}
