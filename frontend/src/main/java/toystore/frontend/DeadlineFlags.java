package toystore.frontend;

import java.time.Duration;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.frontend.http.session.Deadlines;

/** The flags for the deadlines of clients, as a picocli {@code @Mixin}. */
final class DeadlineFlags {
    @Option(
            names = "--handshake-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_HANDSHAKE_TIMEOUT:-10s}",
            description = "How long a TLS handshake may take (TOYSTORE_HANDSHAKE_TIMEOUT; now ${DEFAULT-VALUE}).")
    private Duration handshake;

    @Option(
            names = "--first-byte-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_FIRST_BYTE_TIMEOUT:-10s}",
            description = "How long a client may be silent after it has connected (TOYSTORE_FIRST_BYTE_TIMEOUT; now"
                    + " ${DEFAULT-VALUE}).")
    private Duration firstByte;

    @Option(
            names = "--head-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_HEAD_TIMEOUT:-10s}",
            description = "How long a client may take to send the head of a request (TOYSTORE_HEAD_TIMEOUT; now"
                    + " ${DEFAULT-VALUE}).")
    private Duration head;

    @Option(
            names = "--body-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_BODY_TIMEOUT:-20s}",
            description = "How long a client may take to send the content of a request (TOYSTORE_BODY_TIMEOUT; now"
                    + " ${DEFAULT-VALUE}).")
    private Duration body;

    @Option(
            names = "--write-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_WRITE_TIMEOUT:-20s}",
            description = "How long a client may take to read a response (TOYSTORE_WRITE_TIMEOUT; now"
                    + " ${DEFAULT-VALUE}).")
    private Duration write;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_IDLE_TIMEOUT:-60s}",
            description = "How long a client may be silent between two requests (TOYSTORE_IDLE_TIMEOUT; now"
                    + " ${DEFAULT-VALUE}).")
    private Duration idle;

    /** @throws IllegalArgumentException if a timeout is out of range */
    Deadlines deadlines() {
        return new Deadlines(handshake, firstByte, head, body, write, idle);
    }
}
