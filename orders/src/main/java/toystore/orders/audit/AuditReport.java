package toystore.orders.audit;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The report of an audit: a table of the products; then the notes, the differences and the verdict.
 *
 * <p>A difference is a violation of what a store promises; a note is not.
 */
final class AuditReport {
    private static final int MAX_DIFFERENCES = 50;
    private static final int MAX_ROWS = 200;
    private static final int MAX_NAME_WIDTH = 40;
    private static final List<String> TITLES = List.of("started with", "restocked", "ordered", "left", "difference");

    private final PrintStream out;
    private final List<String> differences = new ArrayList<>(); // the first of them
    private final List<String> notes = new ArrayList<>();
    private long count; // of differences

    /**
     * The units of one product, or of all products.
     *
     * @param left in stock, according to catalog.json and the logs
     * @param difference what {@code left} lacks
     */
    record Row(String product, long startedWith, long restocked, long ordered, long left, long difference) {
        boolean isWrong() {
            return difference != 0 || left < 0;
        }

        Row plus(Row other) {
            return new Row(
                    product,
                    startedWith + other.startedWith,
                    restocked + other.restocked,
                    ordered + other.ordered,
                    left + other.left,
                    difference + other.difference);
        }
    }

    /** Which of the catalog's files could be read: without them, some columns are unknown. */
    record KnownFiles(boolean start, boolean checkpoint) {
        private List<String> cells(Row row) {
            return List.of(
                    cell(start, row.startedWith()),
                    cell(true, row.restocked()),
                    cell(true, row.ordered()),
                    cell(start || checkpoint, row.left()),
                    cell(start && checkpoint, row.difference()));
        }

        private static String cell(boolean known, long number) {
            return known ? Long.toString(number) : "?";
        }
    }

    AuditReport(PrintStream out) {
        this.out = out;
    }

    void difference(String message) {
        if (differences.size() < MAX_DIFFERENCES) {
            differences.add(message);
        }
        count++;
    }

    void note(String message) {
        notes.add(message);
    }

    /**
     * Prints a line about the orders.
     *
     * @param first number of the first order; 0 if there is none
     * @param withKey the number of orders that were placed with a key
     */
    void printOrders(long first, long last, long withKey) {
        out.println();
        out.println(
                last == 0
                        ? "orders: none"
                        : "orders: " + last + " (" + first + " to " + last + "), " + withKey + " with a key");
    }

    /** Prints the notes, the first differences and the verdict. Returns whether there is no difference. */
    boolean printFindings() {
        notes.forEach(note -> out.println("note: " + note));
        differences.forEach(difference -> out.println("difference: " + difference));
        if (count > MAX_DIFFERENCES) {
            out.println("… and " + (count - MAX_DIFFERENCES) + " more");
        }
        out.println("audit: " + (count == 0 ? "no difference" : count == 1 ? "1 difference" : count + " differences"));
        return count == 0;
    }

    /**
     * Prints a row for each product and one for their total. Of many products, prints only those with a difference.
     *
     * @param all whether to print every product, however many there are
     */
    void printTable(List<String> products, Function<String, Row> row, KnownFiles known, boolean all) {
        boolean selected = !all && products.size() > MAX_ROWS;
        List<Row> rows = new ArrayList<>();
        Row total = new Row(
                "total of " + products.size() + (products.size() == 1 ? " product" : " products"), 0, 0, 0, 0, 0);
        long wrong = 0;
        for (String product : products) {
            Row next = row.apply(product);
            total = total.plus(next);
            wrong += next.isWrong() ? 1 : 0;
            if (!selected || (next.isWrong() && rows.size() < MAX_ROWS)) {
                rows.add(next);
            }
        }
        String omitted = null;
        if (selected) {
            long more = wrong - rows.size();
            omitted = "… " + (more > 0 ? more + " more with a difference and " : "") + (products.size() - wrong)
                    + " with no difference; --all prints them";
        }
        new Table(known, rows, total).print(omitted);
    }

    private final class Table {
        private final KnownFiles known;
        private final List<Row> rows;
        private final Row total;
        private final int[] widths = TITLES.stream().mapToInt(String::length).toArray();
        private int nameWidth = "product".length();

        Table(KnownFiles known, List<Row> rows, Row total) {
            this.known = known;
            this.rows = rows;
            this.total = total;
            rows.forEach(this::widenFor);
            widenFor(total);
        }

        /** @param omitted a line about the products without a row; {@code null} if there are none */
        void print(String omitted) {
            printLine("product", TITLES);
            rows.forEach(row -> printLine(row.product(), known.cells(row)));
            if (omitted != null) {
                out.println(omitted);
            }
            printLine(total.product(), known.cells(total));
        }

        private void widenFor(Row row) {
            int width = DisplayText.width(DisplayText.printable(row.product()));
            nameWidth = Math.max(nameWidth, Math.min(MAX_NAME_WIDTH, width));
            List<String> cells = known.cells(row);
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], cells.get(i).length());
            }
        }

        private void printLine(String name, List<String> cells) {
            StringBuilder line = new StringBuilder(DisplayText.cell(DisplayText.printable(name), nameWidth));
            for (int i = 0; i < widths.length; i++) {
                String cell = cells.get(i);
                line.append("  ").append(" ".repeat(widths[i] - cell.length())).append(cell);
            }
            out.println(line);
        }
    }
}
