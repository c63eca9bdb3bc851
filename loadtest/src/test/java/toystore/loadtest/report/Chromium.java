package toystore.loadtest.report;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A real browser that opens one page and returns its DOM; it may be missing on this machine. */
final class Chromium {

    private final Path program;

    private Chromium(Path program) {
        this.program = program;
    }

    static Optional<Chromium> onPath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .map(Chromium::new)
                .findFirst();
    }

    /** Opens a file. The browser writes to the folder, which is made. */
    Page open(Path file, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path dom = folder.resolve("dom.html");
        Path log = folder.resolve("log.txt");
        List<String> command = List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"),
                "--enable-logging=stderr",
                "--virtual-time-budget=5000",
                "--dump-dom",
                file.toUri().toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            process.waitFor();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        List<String> messages = Files.readAllLines(log).stream()
                .filter(line -> line.contains(":CONSOLE"))
                .toList();
        return new Page(Files.readString(dom), messages);
    }

    /**
     * A page after its scripts have run.
     *
     * @param dom as HTML
     * @param messages of the console, which include blocked and failed requests
     */
    record Page(String dom, List<String> messages) {}
}
