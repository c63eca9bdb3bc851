package toystore.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import toystore.lab.shoppers.LabRun;
import toystore.postgres.PostgresNode;

/**
 * A fault of the network.
 *
 * @param cell the one whose packets to and from the primary are lost; 0 is the first. -1 if the fault has no cell
 * @param before the pause before it
 * @param length how long it lasts
 */
record NetworkFault(NetworkFaultKind kind, int cell, Duration before, Duration length) implements Fault {

    /** A kind of fault. */
    enum NetworkFaultKind {
        /** No packet goes between one cell and the primary. */
        PARTITION("partition", ""),
        /** Each packet takes 5 ms longer. */
        DELAY("delay", "delay 5ms"),
        /** One packet of a hundred is lost. */
        LOSS("loss", "loss 1%");

        private final String title;
        private final String netem;

        NetworkFaultKind(String title, String netem) {
            this.title = title;
            this.netem = netem;
        }
    }

    @Override
    public String category() {
        return kind.title;
    }

    @Override
    public boolean affects(int otherCell) {
        return cell < 0 || cell == otherCell;
    }

    @Override
    public String inject(ChaosStore store, LabRun run) throws IOException, InterruptedException {
        FaultyNetwork network = store.network();
        if (kind == NetworkFaultKind.PARTITION) {
            PostgresNode primary = store.database().primary();
            network.cut(cell, primary.name());
            run.awaitEnd(length);
            network.heal(cell, primary.name());
        } else {
            network.disturb(kind.netem);
            run.awaitEnd(length);
            network.calm();
        }
        return "";
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case PARTITION -> "partition " + ChaosStore.name(cell) + " | primary";
            case DELAY -> "5 ms of delay";
            case LOSS -> "1 % of the packets lost";
        };
        return what + " for " + length.toMillis() + " ms";
    }
}
