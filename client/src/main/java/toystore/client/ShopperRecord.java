package toystore.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import toystore.client.Latencies.Kind;
import toystore.client.StoreClient.Receipt;

/**
 * Where a shopper writes down what it does and finds, and what all shoppers do together is told from. Its lock is the
 * shopper's alone until the end: then others read, who may not want to wait for a shopper that gets no answer.
 */
final class ShopperRecord implements LatencyRecorder {
    private final LiveTotals tally;

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

    ShopperRecord(LiveTotals tally) {
        this.tally = tally;
    }

    @Override
    public void record(Kind kind, long nanos) {
        tally.answered(nanos);
        synchronized (this) {
            latencies.record(kind, nanos);
        }
    }

    @Override
    public synchronized void unsolicited() {
        latencies.unsolicited();
    }

    void failed(String why) {
        tally.failed();
        synchronized (this) {
            latencies.recordFailure(why);
        }
    }

    /** What was timed so far does not count. */
    void warm() {
        tally.warm();
        synchronized (this) {
            latencies.reset();
        }
    }

    void roundDone() {
        tally.roundDone();
        synchronized (this) {
            rounds++;
        }
    }

    /** Nothing is left of the toy of this round. */
    synchronized void soldOut() {
        soldOutRounds++;
    }

    void ordered(Receipt receipt) {
        tally.ordered();
        synchronized (this) {
            receipts.add(receipt);
        }
    }

    synchronized void sentAgain() {
        sentAgain++;
    }

    /** An order was looked up. */
    void readBack(Receipt receipt, Receipt found) {
        tally.readBack();
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

    /** All that is in it now. */
    synchronized ShopperResult findings() {
        Latencies copy = new Latencies();
        copy.add(latencies);
        return new ShopperResult(rounds, soldOutRounds, receipts.size(), readBack, sentAgain, mismatches, copy);
    }
}
