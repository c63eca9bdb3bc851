package toystore.lab.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import toystore.common.Threads;
import toystore.common.cli.Program;

/** Runs this program again, in a network namespace of its own. */
final class NamespaceRun {
    /** The flag of the program in the namespace; its value is the seed. */
    static final String FLAG = "--in-namespace";

    private NamespaceRun() {}

    /**
     * Runs it, with the same arguments, until it ends.
     *
     * @param seed that was chosen
     * @return its exit code
     */
    static int run(long seed) throws IOException, InterruptedException {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> command = new ArrayList<>(List.of(self.command().orElse("java")));
        command.addAll(List.of(self.arguments()
                .orElseThrow(
                        () -> new IOException("the arguments of this process cannot be read; use --network off"))));
        command.addAll(List.of(FLAG, Long.toString(seed)));
        Process process = new ProcessBuilder(FaultyNetwork.inNamespace(command))
                .inheritIO()
                .start();
        Thread onSignal = Threads.named("chaos-stop", () -> {
            process.destroy();
            process.onExit().join();
        });
        Runtime.getRuntime().addShutdownHook(onSignal);
        int exitCode = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(onSignal);
        return exitCode;
    }

    /** In that program: ends it when the one that has started it is dead, so that the store is stopped. */
    static void endWithParent() {
        ProcessHandle.current().parent().ifPresent(parent -> {
            Thread watch = Threads.named("chaos-parent", () -> {
                parent.onExit().join();
                Runtime.getRuntime().exit(Program.FAILED);
            });
            watch.setDaemon(true);
            watch.start();
        });
    }
}
