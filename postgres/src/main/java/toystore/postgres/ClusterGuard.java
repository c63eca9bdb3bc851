package toystore.postgres;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that kills the nodes of a cluster, and may delete a folder, when this program ends, however it ends.
 *
 * <p>It reads its stdin, which this program never writes: the end of this program is the end of that stream. Signals of
 * the terminal do not end it. (The kernel's signal on the death of a parent would come when the thread ends that started
 * the server.)
 */
final class ClusterGuard implements Closeable {
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            read -r line
            for node in $2; do
              pid=$(head -n 1 "$1/$node/postmaster.pid" 2>/dev/null) || continue
              kill -STOP "$pid" 2>/dev/null || continue
              children=$(ps -A -o pid= -o ppid= | awk -v parent="$pid" '$2 == parent { print $1 }')
              kill -KILL "$pid" $children 2>/dev/null
            done
            [ -n "$3" ] || exit 0
            tries=0
            until rm -rf "$3" 2>/dev/null || [ "$tries" -gt 50 ]; do # a dying server may still write
              tries=$((tries + 1))
              sleep 0.1
            done
            """;

    private final Process process;

    /**
     * Starts it.
     *
     * @param folder of the cluster
     * @param nodes the number of nodes
     * @param toDelete the folder that is deleted at the end; null for none
     */
    ClusterGuard(Path folder, int nodes, Path toDelete) throws IOException {
        StringBuilder names = new StringBuilder();
        for (int i = 1; i <= nodes; i++) {
            names.append("n").append(i).append(' ');
        }
        process = new ProcessBuilder(
                        "sh",
                        "-c",
                        SCRIPT,
                        "toystore-postgres-guard",
                        folder.toString(),
                        names.toString(),
                        toDelete == null ? "" : toDelete.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Lets it do that now, and waits until it is done. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the servers did not end within a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
