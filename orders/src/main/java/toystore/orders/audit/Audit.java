package toystore.orders.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toystore.durable.LogDigest;
import toystore.durable.LogReader;
import toystore.orders.audit.AuditReport.KnownFiles;
import toystore.orders.audit.LogCheck.ChangeRecord;
import toystore.orders.audit.LogCheck.OrderRecord;

/**
 * Checks that the files of a store are sound and agree. It takes no locks and changes nothing, so the store may run.
 *
 * <p>If it does, the order of reading matters: first the checkpoint, then the order log, then the change log. Whatever
 * one of them refers to was on disk before it, so it is in those that are read later.
 *
 * <p>The audit shares only the reader of logs and the JSON set-up with the services, because it would not find an error
 * in shared code. It reads logs as a stream; in memory are a {@link ProductTotals} for each product and 8 bytes for
 * each key.
 */
public final class Audit {
    private static final String ORDERS = "orders";
    private static final String CHANGES = "catalog-changes";
    private static final String STORE = "{catalog.json,catalog-start.json,orders-*.log,catalog-changes-*.log}";

    private final Options options;
    private final PrintStream out;
    private final AuditReport report;
    private final Map<String, ProductTotals> products = new HashMap<>();
    private final Path checkpoint;
    private CatalogFileReader.Head head; // of the checkpoint; null if that cannot be used
    private long ordersWithKey;

    /**
     * What to audit and how.
     *
     * @param keys the number of orders whose keys the service remembers
     * @param all whether to print every product, however many there are
     */
    record Options(Path folder, int keys, boolean all) {
        Options {
            if (keys < 1) {
                throw new IllegalArgumentException("--keys is " + keys + "; expected a whole number from 1");
            }
        }
    }

    /**
     * Audits the files in a folder and prints a report. Returns whether there is no difference.
     *
     * @param keys the number of orders whose keys the service remembers
     */
    public static boolean run(Path folder, int keys, PrintStream out) throws IOException {
        return new Audit(new Options(folder, keys, false), out).run();
    }

    Audit(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.report = new AuditReport(out);
        this.checkpoint = options.folder().resolve(CatalogFileReader.CHECKPOINT);
    }

    /**
     * Runs the audit and prints its report. To be called once. Returns whether there is no difference.
     *
     * @throws IllegalArgumentException if there is no store in the folder
     */
    boolean run() throws IOException {
        requireStore();
        try {
            return check();
        } catch (FileSystemException e) { // its message may be no more than the name of the file
            throw new IOException("a file cannot be read: " + e, e);
        }
    }

    private boolean check() throws IOException {
        head = new CatalogFileReader(
                        checkpoint, report, item -> product(item.name()).addCheckpoint(item))
                .readCheckpoint()
                .orElse(null);
        Path start = options.folder().resolve(CatalogFileReader.START);
        boolean startKnown = new CatalogFileReader(
                        start, report, item -> product(item.name()).addStart(item))
                .readStart();
        Optional<LogReader.Summary> orders = readOrders();
        Optional<LogReader.Summary> changes = readChanges();
        orders.ifPresent(this::checkCheckpointAgainstOrders);
        changes.ifPresent(this::checkCheckpointAgainstChanges);
        if (orders.isPresent() && changes.isPresent()) {
            KnownFiles known = new KnownFiles(startKnown, head != null);
            List<String> names = new ArrayList<>(products.keySet());
            names.sort(null);
            names.forEach(name -> products.get(name).check(known, report));
            report.printTable(names, name -> products.get(name).row(known), known, options.all());
            printCounts(orders.get(), changes.get());
        } else {
            out.println("no table of the products: not every record could be read");
        }
        return report.printFindings();
    }

    private void requireStore() throws IOException {
        Path folder = options.folder();
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, STORE)) {
            if (!files.iterator().hasNext()) {
                throw new IllegalArgumentException("no store in " + folder + ": it has neither "
                        + CatalogFileReader.CHECKPOINT + " nor " + CatalogFileReader.START + " nor a log");
            }
        }
    }

    private ProductTotals product(String name) {
        return products.computeIfAbsent(name, ProductTotals::new);
    }

    private Optional<LogReader.Summary> readOrders() throws IOException {
        long asOf = head == null ? 0 : head.asOf();
        KeyCheck keys = new KeyCheck(options.keys(), report);
        LogCheck<OrderRecord> check = new LogCheck<>(OrderRecord.class, "order", report, (order, entry) -> {
            product(order.name()).addOrder(order, order.number() <= asOf);
            if (entry.number() == asOf) {
                checkHistory(LogDigest.toText(entry.digest()));
            }
            if (order.key() != null) {
                ordersWithKey++;
                keys.add(order.key());
            }
        });
        Optional<LogReader.Summary> summary = check.read(options.folder(), ORDERS, "orders");
        if (summary.isPresent()) {
            keys.findRepeated(options.folder(), ORDERS, summary.get().last());
        }
        return summary;
    }

    private Optional<LogReader.Summary> readChanges() throws IOException {
        long last = head == null ? 0 : head.changes();
        LogCheck<ChangeRecord> check = new LogCheck<>(
                ChangeRecord.class,
                "change",
                report,
                (change, entry) -> product(change.name()).addChange(change, change.number() <= last));
        return check.read(options.folder(), CHANGES, "catalog");
    }

    private void checkHistory(String digest) {
        if (!digest.equals(head.digest())) {
            report.difference(checkpoint + " follows another history of the order log: up to order " + head.asOf()
                    + " the digest of the log is " + digest + ", but the checkpoint has " + head.digest());
        }
    }

    private void checkCheckpointAgainstOrders(LogReader.Summary orders) {
        if (head == null) {
            return;
        }
        if (head.orderLog() == null) {
            if (head.asOf() > 0) {
                report.difference(checkpoint + " contains the orders up to " + head.asOf()
                        + ", but does not say of which" + " log: \"order_log\" is missing");
            }
        } else if (!head.orderLog().equals(orders.id())) {
            report.difference(checkpoint + " follows order log " + head.orderLog() + ", but "
                    + (orders.id() == null ? "there is none" : "the one here is " + orders.id()));
        }
        if (head.asOf() > orders.last()) {
            report.difference(checkpoint + " contains the orders up to " + head.asOf()
                    + ", but the log ends with order " + orders.last() + ": its end is missing");
        }
    }

    private void checkCheckpointAgainstChanges(LogReader.Summary changes) {
        if (head != null && head.changes() > changes.last()) {
            report.difference(checkpoint + " contains the changes up to " + head.changes()
                    + ", but their log ends with change " + changes.last() + ": its end is missing");
        }
    }

    private void printCounts(LogReader.Summary orders, LogReader.Summary changes) {
        report.printOrders(orders.first(), orders.last(), ordersWithKey);
        out.println(
                head == null
                        ? "checkpoint: none"
                        : "checkpoint: orders up to " + head.asOf() + " of " + orders.last() + ", changes up to "
                                + head.changes() + " of " + changes.last());
    }
}
