package toystore.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import toystore.common.Address;

/** An nginx or HAProxy of this machine, with the configuration of a test. The test is skipped if it is not installed. */
final class TestProxy implements Closeable {
    private final Process process;

    private TestProxy(Path log, String... command) throws IOException {
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Starts nginx. The configuration is that of its block {@code http}; the folder takes its files. */
    static TestProxy nginx(Path folder, String http) throws IOException {
        String nginx = installed("nginx");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                worker_processes 1;
                pid nginx.pid;
                error_log stderr;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
                %s
                }
                """.formatted(http));
        return new TestProxy(folder.resolve("log"), nginx, "-p", folder.toString(), "-c", "nginx.conf", "-e", "stderr");
    }

    /** Starts HAProxy with a page of its state, for {@link #checks}; the folder takes its files. */
    static TestProxy haproxy(Path folder, String configuration, Address stats) throws IOException {
        String haproxy = installed("haproxy");
        Files.createDirectories(folder);
        Path file = Files.writeString(
                folder.resolve("haproxy.cfg"),
                configuration + "\nlisten stats\n  bind " + stats + "\n  stats enable\n  stats uri /\n");
        return new TestProxy(folder.resolve("log"), haproxy, "-db", "-f", file.toString());
    }

    /** Returns HAProxy's state of its servers as CSV; empty until it responds. */
    static String checks(Address stats) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + stats + "/;csv"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException notYet) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The file of a program. The test is skipped if it is not installed. */
    static String installed(String program) {
        Optional<Path> found = Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin"))
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), program + " is not installed");
        return found.get().toString();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
