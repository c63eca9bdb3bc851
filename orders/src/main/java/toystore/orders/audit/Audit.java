package toystore.orders.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import toystore.durable.LogDigest;
import toystore.durable.LogReader;

/**
 * Checks that the files of a store are sound and agree. It takes no locks and changes nothing, so the store may run.
 *
 * <p>Then the order of reading matters: first the checkpoint, then the order log, then the change log. What one of them
 * refers to was on disk before it, so it is found in those that are read after it.
 *
 * <p>It shares no code with the services but the reader of logs: an error that both make would be found by neither. Logs
 * are read as a stream; in memory are an {@link Account} for each product and 8 bytes for each key.
 */
final class Audit {
    static final String ORDERS = "orders";
    private static final String CHANGES = "catalog-changes";
    private static final String STORE = "{catalog.json,catalog-start.json,orders-*.log,catalog-changes-*.log}";

    private final Task task;
    private final PrintStream out;
    private final AuditFindings findings = new AuditFindings();
    private final KeyCheck keys;
    private CatalogFileReader.Head head; // null if there is no good catalog.json
    private long ordersWithKey;

    /**
     * What is wanted.
     *
     * @param keys of so many orders the service remembers the keys
     * @param all whether every product is printed, however many there are
     */
    record Task(Path folder, int keys, boolean all) {
        Task {
            if (keys < 1) {
                throw new IllegalArgumentException("--keys is " + keys + "; expected a whole number from 1");
            }
        }
    }

    Audit(Task task, PrintStream out) {
        this.task = task;
        this.out = out;
        this.keys = new KeyCheck(task.keys(), findings);
    }

    /**
     * Runs it, once; returns whether there is no difference.
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
        Ledger ledger = new Ledger();
        CatalogFileReader catalog = new CatalogFileReader(task.folder(), ledger, findings);
        head = catalog.readCheckpoint().orElse(null);
        boolean startRead = catalog.readStart();
        LogReader.Summary orders = readOrders(ledger);
        LogReader.Summary changes = readChanges(ledger);
        ledger.complete(startRead, head != null);
        if (orders != null) {
            checkHead(orders);
        }
        if (changes != null && head != null && head.changes() > changes.last()) {
            findings.violation(catalog.checkpointPath() + " counts " + head.changes()
                    + " changes, but their log ends with change " + changes.last() + ": its end is missing");
        }
        if (orders != null && changes != null) {
            ledger.check(findings);
            new BalanceTable(out, ledger).print(task.all());
            printCounts(orders, changes);
        } else {
            out.println("no table of the products: not every record could be read");
        }
        return findings.print(out);
    }

    private void requireStore() throws IOException {
        Path folder = task.folder();
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + (Files.exists(folder) ? " is not a folder" : " is not there"));
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, STORE)) {
            if (!files.iterator().hasNext()) {
                throw new IllegalArgumentException("no store in " + folder + ": neither " + CatalogFileReader.CHECKPOINT
                        + " nor " + CatalogFileReader.START + " nor a log is in it");
            }
        }
    }

    private LogReader.Summary readOrders(Ledger ledger) throws IOException {
        long asOf = head == null ? 0 : head.asOf();
        RecordCheck<OrderRecord> check = new RecordCheck<>(OrderRecord.class, "order", findings, (order, found) -> {
            ledger.order(order, asOf);
            if (found.number() == asOf) {
                checkHistory(LogDigest.toText(found.digest()));
            }
            if (order.key() != null) {
                ordersWithKey++;
                keys.add(order.key());
            }
        });
        LogReader.Summary summary = check.read(task.folder(), ORDERS, "orders");
        if (summary != null) {
            keys.compare(task.folder(), summary.last());
        }
        return summary;
    }

    private LogReader.Summary readChanges(Ledger ledger) throws IOException {
        long counted = head == null ? 0 : head.changes();
        return new RecordCheck<>(
                        ChangeRecord.class, "change", findings, (change, found) -> ledger.change(change, counted))
                .read(task.folder(), CHANGES, "catalog");
    }

    private void checkHistory(String digest) {
        if (!digest.equals(head.digest())) {
            findings.violation(
                    task.folder().resolve(CatalogFileReader.CHECKPOINT) + " follows another history of the order log:"
                            + " up to order " + head.asOf() + " the log's digest is " + digest + ", but there it is "
                            + head.digest());
        }
    }

    private void checkHead(LogReader.Summary orders) {
        if (head == null) {
            return;
        }
        Path catalog = task.folder().resolve(CatalogFileReader.CHECKPOINT);
        if (head.orderLog() == null) {
            if (head.asOf() > 0) {
                findings.violation(catalog + " counts the orders up to " + head.asOf() + ", but does not say of which"
                        + " log: \"order_log\" is missing");
            }
        } else if (!head.orderLog().equals(orders.id())) {
            findings.violation(catalog + " follows order log " + head.orderLog() + ", but "
                    + (orders.id() == null ? "there is none" : "the one here is " + orders.id()));
        }
        if (head.asOf() > orders.last()) {
            findings.violation(catalog + " counts the orders up to " + head.asOf() + ", but the log ends with order "
                    + orders.last() + ": its end is missing");
        }
    }

    private void printCounts(LogReader.Summary orders, LogReader.Summary changes) {
        out.println();
        out.println(
                orders.last() == 0
                        ? "orders: none"
                        : "orders: " + orders.last() + " (" + orders.first() + " to " + orders.last() + "), "
                                + ordersWithKey + " with a key");
        out.println(
                head == null
                        ? "checkpoint: none"
                        : "checkpoint: orders up to " + head.asOf() + " of " + orders.last() + ", changes up to "
                                + head.changes() + " of " + changes.last());
    }
}
