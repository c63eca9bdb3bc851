package toystore.orders.audit;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Prints the balances of the products, a row for each as long as they are not too many, and the total. */
final class BalanceTable {
    private static final int MANY = 200;
    private static final int NAME_COLUMNS = 40;
    private static final List<String> TITLES = List.of("started with", "restocked", "ordered", "left", "difference");

    private final PrintStream out;
    private final Ledger ledger;
    private final int[] columns = TITLES.stream().mapToInt(String::length).toArray();
    private int nameColumns = "product".length();

    private record Row(String name, Balance balance) {}

    BalanceTable(PrintStream out, Ledger ledger) {
        this.out = out;
        this.ledger = ledger;
    }

    /** @param all whether to print every product, however many there are */
    void print(boolean all) {
        List<String> names = ledger.names();
        boolean selected = !all && names.size() > MANY;
        List<Row> rows = new ArrayList<>();
        Balance total = Balance.NONE;
        long wrong = 0;
        for (String name : names) {
            Balance balance = ledger.balance(name);
            total = total.plus(balance);
            wrong += balance.isWrong() ? 1 : 0;
            if (!selected || (balance.isWrong() && rows.size() < MANY)) {
                rows.add(new Row(DisplayText.printable(name), balance));
            }
        }
        Row last = new Row("total of " + names.size() + (names.size() == 1 ? " product" : " products"), total);
        rows.forEach(this::makeRoom);
        makeRoom(last);

        printLine("product", TITLES);
        rows.forEach(this::printRow);
        if (selected) {
            out.println(others(wrong - rows.size(), names.size() - wrong));
        }
        printRow(last);
    }

    private static String others(long wrong, long right) {
        return "… " + (wrong > 0 ? wrong + " more with a difference and " : "") + right
                + " with no difference; --all prints them";
    }

    private void makeRoom(Row row) {
        nameColumns = Math.max(nameColumns, Math.min(NAME_COLUMNS, DisplayText.width(row.name())));
        List<String> cells = cells(row.balance());
        for (int i = 0; i < columns.length; i++) {
            columns[i] = Math.max(columns[i], cells.get(i).length());
        }
    }

    private void printRow(Row row) {
        printLine(row.name(), cells(row.balance()));
    }

    private List<String> cells(Balance balance) {
        boolean start = ledger.startRead();
        boolean checkpoint = ledger.checkpointRead();
        return List.of(
                known(start, balance.startedWith()),
                known(true, balance.restocked()),
                known(true, balance.ordered()),
                known(start || checkpoint, balance.left()),
                known(start && checkpoint, balance.difference()));
    }

    private static String known(boolean known, long number) {
        return known ? Long.toString(number) : "?";
    }

    private void printLine(String name, List<String> cells) {
        StringBuilder line = new StringBuilder(DisplayText.cell(name, nameColumns));
        for (int i = 0; i < columns.length; i++) {
            line.append("  ")
                    .append(" ".repeat(columns[i] - cells.get(i).length()))
                    .append(cells.get(i));
        }
        out.println(line);
    }
}
