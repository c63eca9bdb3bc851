package toystore.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import toystore.client.Latencies.Kind;
import toystore.client.StoreClient.Receipt;

/**
 * The requests, orders and failures of one shopper. Thread-safe.
 *
 * <p>Until the end only the shopper itself takes the lock, so the lock is uncontended. At the end the main thread reads
 * the results, also of a shopper that is still waiting for a response.
 */
final class ShopperRecord implements StoreClient.Listener {
    private final ShoppingProgress progress;

    @GuardedBy("this")
    private final Latencies latencies = new Latencies();

    @GuardedBy("this")
    private final List<Receipt> receipts = new ArrayList<>();

    @GuardedBy("this")
    private final List<String> mismatches = new ArrayList<>();

    @GuardedBy("this")
    private int rounds;

    @GuardedBy("this")
    private int soldOutRounds;

    @GuardedBy("this")
    private int readBack;

    @GuardedBy("this")
    private int sentAgain;

    /**
     * A copy of a record.
     *
     * @param soldOutRounds rounds whose toy was sold out
     * @param orders that the store acknowledged
     * @param readBack orders that were looked up at the end and found
     * @param sentAgain orders that were sent more than once
     * @param mismatches a sentence for each order that differs from what the store acknowledged
     * @param latencies not to be changed
     */
    record Result(
            int rounds,
            int soldOutRounds,
            int orders,
            int readBack,
            int sentAgain,
            List<String> mismatches,
            Latencies latencies) {
        Result {
            mismatches = List.copyOf(mismatches);
        }
    }

    /** @param progress of all shoppers, which counts everything as well */
    ShopperRecord(ShoppingProgress progress) {
        this.progress = progress;
    }

    @Override
    public void onResponse(Kind kind, long nanos) {
        progress.addResponse(nanos);
        synchronized (this) {
            latencies.record(kind, nanos);
        }
    }

    @Override
    public synchronized void onUnsolicited() {
        latencies.recordUnsolicited();
    }

    void addFailure(String reason) {
        progress.addFailure();
        synchronized (this) {
            latencies.recordFailure(reason);
        }
    }

    /** Drops all latencies recorded so far. */
    void endWarmUp() {
        progress.endWarmUp();
        synchronized (this) {
            latencies.reset();
        }
    }

    void addRound() {
        progress.addRound();
        synchronized (this) {
            rounds++;
        }
    }

    /** Counts a round whose toy is sold out. */
    synchronized void addSoldOutRound() {
        soldOutRounds++;
    }

    void addOrder(Receipt receipt) {
        progress.addOrder();
        synchronized (this) {
            receipts.add(receipt);
        }
    }

    synchronized void addSentAgain() {
        sentAgain++;
    }

    /** Compares an order that was looked up with its receipt. */
    void addReadBack(Receipt receipt, Receipt found) {
        progress.addReadBack();
        synchronized (this) {
            readBack++;
            if (!found.equals(receipt)) {
                mismatches.add(
                        "order " + receipt.orderNumber() + " was acknowledged as " + receipt + " and is now " + found);
            }
        }
    }

    synchronized List<Receipt> receipts() {
        return List.copyOf(receipts);
    }

    synchronized Result result() {
        Latencies copy = new Latencies();
        copy.add(latencies);
        return new Result(rounds, soldOutRounds, receipts.size(), readBack, sentAgain, mismatches, copy);
    }
}
