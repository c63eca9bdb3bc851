package toystore.postgres;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that kills the servers of a cluster, and may delete a folder, when this program ends, however it ends.
 *
 * <p>It reads its stdin: the end of this program is the end of that stream. Signals of the terminal do not end it. It knows
 * the processes by their arguments, as a process id may have been reused. (The kernel's signal on the death of a parent
 * would come when the thread ends that started the server.)
 */
final class ClusterGuard implements Closeable {
    private static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            ! read -r line || exit 0
            folder=$1 to_delete=$2
            export folder

            # Those that are told to work in the folder of a node, and their children. A small Linux has no ps.
            processes() {
              if [ ! -r /proc/self/stat ]; then
                ps -A -ww -o pid= -o ppid= -o args= | awk '
                  index($0, "-D " ENVIRON["folder"] "/n") { ours[$1] }
                  { parents[$1] = $2 }
                  END { for (pid in parents) if (pid in ours || parents[pid] in ours) print pid }
                '
                return
              fi
              ours=' '
              for file in $(grep -lszxF -e "$folder/n1" -e "$folder/n2" -e "$folder/n3" /proc/[0-9]*/cmdline); do
                if tr '\\0' '\\n' <"$file" | grep -qx -e -D; then
                  pid=${file#/proc/}
                  pid=${pid%%/*}
                  ours="$ours$pid "
                  echo "$pid"
                fi
              done
              [ "$ours" = ' ' ] || awk -v ours="$ours" '
                { pid = $1; sub(/^.*[)] /, "") }
                index(ours, " " $2 " ") { print pid }
              ' /proc/[0-9]*/stat
            }

            # None may appear any more: pg_ctl may just have started a server.
            tries=0
            quiet=0
            while [ "$quiet" -lt 2 ] && [ "$tries" -lt 200 ]; do
              pids=$(processes)
              quiet=$((quiet + 1))
              if [ -n "$pids" ]; then
                quiet=0
                kill -STOP $pids 2>/dev/null
                kill -KILL $pids $(processes) 2>/dev/null
              fi
              tries=$((tries + 1))
              [ "$quiet" -ge 2 ] || sleep 0.05
            done
            [ -n "$to_delete" ] || exit 0
            tries=0
            until rm -rf "$to_delete" 2>/dev/null || [ "$tries" -gt 50 ]; do # a dying server may still write
              tries=$((tries + 1))
              sleep 0.1
            done
            """;

    private final Process process;

    /**
     * Starts it.
     *
     * @param folder of the cluster
     * @param toDelete the folder that is deleted at the end; null for none
     */
    ClusterGuard(Path folder, Path toDelete) throws IOException {
        process = new ProcessBuilder(
                        "sh",
                        "-c",
                        SCRIPT,
                        "toystore-postgres-guard",
                        folder.toString(),
                        toDelete == null ? "" : toDelete.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Ends it, without that. */
    void cancel() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().close();
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
