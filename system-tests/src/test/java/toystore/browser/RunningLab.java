package toystore.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import toystore.system.Jars;

/** A command {@code lab} that has opened its page. Closing it ends the command, as Ctrl-C does. */
final class RunningLab implements Closeable {
    private static final String LINK = "http://127.0.0.1:";

    private final Process process;
    private final String link;

    private RunningLab(Process process, String link) {
        this.process = process;
        this.link = link;
    }

    /** Starts the command and waits until it prints the link to the page. */
    static RunningLab start(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("lab"));
        all.addAll(List.of(arguments));
        Process process = new ProcessBuilder(Jars.command("lab", all.toArray(String[]::new)))
                .directory(Jars.root().toFile())
                .redirectError(Redirect.INHERIT)
                .start();
        String line = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
        if (line == null || !line.contains(LINK)) {
            process.destroy();
            throw new IOException("lab printed " + line + "; expected a line with " + LINK);
        }
        return new RunningLab(process, line.substring(line.indexOf(LINK)));
    }

    /** Returns the link to the page, with its token. */
    String link() {
        return link;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
