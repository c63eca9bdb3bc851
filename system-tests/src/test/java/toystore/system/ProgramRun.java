package toystore.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end. */
public record ProgramRun(int exitCode, String stdout, String stderr) {

    /** Runs one of the project's jars. */
    public static ProgramRun jar(String program, String... arguments) throws IOException {
        return run(new ProcessBuilder(Jars.command(program, arguments)));
    }

    /** Runs a command; it has five minutes. */
    static ProgramRun run(ProcessBuilder command) throws IOException {
        return run(command, Duration.ofMinutes(5));
    }

    /** Runs a command that has so much time. */
    static ProgramRun run(ProcessBuilder command, Duration most) throws IOException {
        Path stdout = Files.createTempFile("stdout", "");
        Path stderr = Files.createTempFile("stderr", "");
        try {
            Process process = command.redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(stdout.toFile())
                    .redirectError(stderr.toFile())
                    .start();
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy(); // so that it ends what it has started
                process.waitFor(10, TimeUnit.SECONDS);
                process.destroyForcibly();
                throw new AssertionError(command.command() + " did not end; it said " + Files.readString(stdout)
                        + Files.readString(stderr));
            }
            return new ProgramRun(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            Files.delete(stdout);
            Files.delete(stderr);
        }
    }
}
