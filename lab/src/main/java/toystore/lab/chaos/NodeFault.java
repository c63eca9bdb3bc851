package toystore.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import toystore.lab.shoppers.LabRun;
import toystore.postgres.LocalCluster;
import toystore.postgres.PostgresNode;

/**
 * A fault of a node of the database.
 *
 * @param before the pause before it
 * @param down how long the node stays dead or frozen
 */
record NodeFault(NodeFaultKind kind, Duration before, Duration down) implements Fault {
    private static final Duration OLD_PRIMARY_RUNS = Duration.ofSeconds(1);

    /** A kind of fault. */
    enum NodeFaultKind {
        /** The machine of the primary is lost: a standby replaces it. */
        KILL_PRIMARY("kill -9 primary, promotion"),
        /** The machine of the primary hangs, is replaced, and then continues as if nothing had happened. */
        FREEZE_PRIMARY("SIGSTOP primary, promotion"),
        /** The primary crashes, and starts again before it is replaced. */
        RESTART_PRIMARY("kill -9 primary, restart"),
        KILL_STANDBY("kill -9 standby"),
        FREEZE_STANDBY("SIGSTOP standby");

        private final String title;

        NodeFaultKind(String title) {
            this.title = title;
        }
    }

    @Override
    public String category() {
        return kind.title;
    }

    @Override
    public boolean affects(int cell) {
        return true;
    }

    @Override
    public List<String> killed() {
        return switch (kind) {
            case KILL_PRIMARY, RESTART_PRIMARY -> List.of("primary");
            case KILL_STANDBY -> List.of("standby");
            case FREEZE_PRIMARY, FREEZE_STANDBY -> List.of();
        };
    }

    @Override
    public String inject(ChaosStore store, LabRun run) throws IOException, InterruptedException {
        LocalCluster database = store.database();
        PostgresNode primary = database.primary();
        String detail = "";
        switch (kind) {
            case KILL_PRIMARY -> {
                primary.kill();
                detail = failOver(database);
                run.awaitEnd(down);
            }
            case FREEZE_PRIMARY -> {
                primary.freeze();
                detail = failOver(database);
                run.awaitEnd(down);
                primary.resume();
                run.awaitEnd(OLD_PRIMARY_RUNS);
            }
            case RESTART_PRIMARY -> {
                primary.kill();
                run.awaitEnd(down);
            }
            case KILL_STANDBY -> {
                database.standbys().get(0).kill();
                run.awaitEnd(down);
            }
            case FREEZE_STANDBY -> {
                PostgresNode standby = database.standbys().get(0);
                standby.freeze();
                run.awaitEnd(down);
                standby.resume();
            }
        }
        if (primary != database.primary()) {
            primary.rejoin(database.primary());
        }
        database.start();
        store.awaitStandbys(run);
        return detail;
    }

    private static String failOver(LocalCluster database) throws IOException {
        long start = System.nanoTime();
        PostgresNode chosen = database.failOver();
        return chosen.name() + " promoted in " + (System.nanoTime() - start) / 1_000_000 + " ms";
    }

    @Override
    public String toString() {
        return kind.title + String.format(Locale.ROOT, ", down for %d ms", down.toMillis());
    }
}
