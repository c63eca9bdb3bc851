package toystore.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.CompletableFuture;

/**
 * A process that kills the services of this program when it ends, also by {@code kill -9}. Thread-safe.
 *
 * <p>It reads from its stdin which processes run: the end of this program is the end of that stream. Frozen services are
 * killed, too. Signals of the terminal do not end it.
 */
final class ProcessGuard {
    /** One for this program, made with its first service. */
    private static final ProcessGuard INSTANCE = new ProcessGuard();

    /** Reads {@code + PID} and {@code - PID}. */
    static final String SCRIPT = """
            trap '' HUP INT QUIT TERM
            pids=' '
            while read -r change pid; do
              case $change$pids in
                +*) pids="$pids$pid " ;;
                -*" $pid "*) pids="${pids%%" $pid "*} ${pids#*" $pid "}" ;;
              esac
            done
            [ "$pids" = ' ' ] || kill -KILL $pids
            """;

    @GuardedBy("this")
    private Process process; // null before the first service

    private ProcessGuard() {}

    /**
     * Guards a process until it ends. Nothing kills it if this program is killed before this method returns.
     *
     * @throws IOException if it cannot be guarded; it is killed then
     */
    static void watch(Process service) throws IOException {
        try {
            INSTANCE.tell("+ " + service.pid());
        } catch (IOException e) {
            service.destroyForcibly();
            throw new IOException("a service cannot be guarded, so it was killed: " + e.getMessage(), e);
        }
        CompletableFuture<?> unused = service.onExit().thenRun(() -> INSTANCE.forget(service.pid()));
    }

    /** Its id may be used again. */
    private void forget(long pid) {
        try {
            tell("- " + pid);
        } catch (IOException e) {
            // nobody is left who could kill that process
        }
    }

    private synchronized void tell(String line) throws IOException {
        if (process == null) {
            process = new ProcessBuilder("sh", "-c", SCRIPT, "toystore-guard")
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        }
        OutputStream stdin = process.getOutputStream();
        stdin.write((line + "\n").getBytes(US_ASCII));
        stdin.flush();
    }
}
