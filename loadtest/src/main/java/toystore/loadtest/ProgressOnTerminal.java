package toystore.loadtest;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on stderr while it runs; the table comes when all is done. */
final class ProgressOnTerminal implements Progress {
    private final ProgressBar bar;

    ProgressOnTerminal(LoadTestConfig config) {
        long clients = (long) config.clients() * (config.clients() + 1) / 2; // 1 + 2 + … of each load
        this.bar = new ProgressBarBuilder()
                .setTaskName("load test")
                .setInitialMax(clients * config.iterations() * config.loads().size())
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(100)
                .build();
    }

    @Override
    public void warmUp() {
        bar.setExtraMessage("warm-up");
    }

    @Override
    public void begin(Load load, int clients) {
        bar.setExtraMessage(load.label() + ", " + clients + (clients == 1 ? " client" : " clients"));
    }

    @Override
    public void iterated() {
        bar.step();
    }

    @Override
    public void end(StepResult result) {
        // the table at the end has it
    }

    @Override
    public void close() {
        bar.setExtraMessage("");
        bar.close();
    }
}
