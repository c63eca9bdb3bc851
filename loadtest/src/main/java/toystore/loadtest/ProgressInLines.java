package toystore.loadtest;

/** A row of the table for each step as soon as it has ended: for a pipe, a file or a log. */
final class ProgressInLines implements Progress {
    private final Table table;

    ProgressInLines(Table table) {
        this.table = table;
    }

    @Override
    public void warmUp() {
        // no row comes of it
    }

    @Override
    public void begin(Load load, int clients) {
        // its row is printed when there is something in it
    }

    @Override
    public void iterated() {
        // a line for each would be too much
    }

    @Override
    public void end(StepResult result) {
        table.print(result);
    }

    @Override
    public void close() {
        // nothing is open
    }
}
