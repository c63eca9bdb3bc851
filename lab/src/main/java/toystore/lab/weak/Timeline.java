package toystore.lab.weak;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import toystore.lab.store.LabStore.Service;
import toystore.wire.message.CatalogRequest;

/**
 * Prints what happens, with the time since the store was ready, the epoch and the units for sale:
 *
 * <pre>
 *    0.003  ann      reserves 60 of 100 Tux; her order is held      epoch a  for sale 40
 *    0.310  kill -9 catalog, started again                          epoch b  for sale 100
 * </pre>
 *
 * Not thread-safe.
 */
final class Timeline {
    private static final int ACTOR_WIDTH = 7;
    private static final int WIDTH = 60;

    private final WeakStore store;
    private final String product;
    private final boolean correct;
    private final PrintStream out;
    private final List<String> epochs = new ArrayList<>(); // their letters are their places
    private long start;

    Timeline(WeakStore store, String product, boolean correct, PrintStream out) {
        this.store = store;
        this.product = product;
        this.correct = correct;
        this.out = out;
    }

    /** Starts the clock. */
    void begin() {
        start = System.nanoTime();
    }

    /** Prints a line about a shopper or a service. */
    void add(String actor, String what) {
        print(padded(actor, ACTOR_WIDTH) + "  " + what, "");
    }

    /** Prints a line about something that the schedule does. */
    void add(String what) {
        print(what, "");
    }

    /**
     * Prints the line that decides, and why it does.
     *
     * @param broken whether a promise is broken
     * @param without what the rule would have done
     * @param with what it did, if it was in place
     */
    void decide(String actor, String what, boolean broken, String without, String with) {
        String why = broken ? without : correct ? with : "";
        print(padded(actor, ACTOR_WIDTH) + "  " + what, why);
    }

    /** Prints a line without the epoch and the units for sale. */
    void note(String what) {
        note(what, "");
    }

    /** The same, with the reason why it decides; empty if it does not. */
    void note(String what, String why) {
        out.printf(Locale.ROOT, "%7.3f  %s%s%n", seconds(), what, why.isEmpty() ? "" : "  <- " + why);
    }

    /** Returns the letter of the epoch under which orders can be placed, or could be placed last. */
    private String epoch() {
        for (String epoch : store.console().reported("epoch")) {
            if (!epochs.contains(epoch)) {
                epochs.add(epoch);
            }
        }
        List<String> ofThisProcess = store.console().reported("epoch");
        return ofThisProcess.isEmpty() ? "-" : letter(epochs.indexOf(ofThisProcess.get(ofThisProcess.size() - 1)));
    }

    private static String letter(int index) {
        return String.valueOf((char) ('a' + index % 26));
    }

    private String forSale() {
        try {
            return Integer.toString(
                    store.call(Service.CATALOG, new CatalogRequest.Get(product)).quantity());
        } catch (IOException down) {
            return "-";
        }
    }

    private void print(String text, String why) {
        String end = why.isEmpty() ? "" : "  <- " + why;
        String line = padded(text, WIDTH) + "  epoch " + epoch() + "  for sale " + padded(forSale(), 3) + end;
        note(line.stripTrailing());
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
