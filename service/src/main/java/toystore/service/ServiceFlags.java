package toystore.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import toystore.common.Address;
import toystore.common.cli.Switch;
import toystore.common.log.LogSetup;

/** The flags of every service, for picocli's {@code @Mixin}. Ports are not among them: their variables differ. */
public final class ServiceFlags {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "${env:TOYSTORE_HOST:-127.0.0.1}",
            description = "Address to listen on (TOYSTORE_HOST; now ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--access-log",
            paramLabel = "on|off",
            converter = Switch.Flag.class,
            defaultValue = "${env:TOYSTORE_ACCESS_LOG:-off}",
            description = "Log a line for every request (TOYSTORE_ACCESS_LOG; now ${DEFAULT-VALUE}).")
    private Switch accessLog;

    @Option(
            names = "--warm-up",
            paramLabel = "on|off",
            converter = Switch.Flag.class,
            defaultValue = "${env:TOYSTORE_WARM_UP:-on}",
            description = "Send requests to a copy of the service for 0.8 s before it says that it is ready, so that"
                    + " its first requests are fast. It ends this early once it has requests of its own"
                    + " (TOYSTORE_WARM_UP; now ${DEFAULT-VALUE}).")
    private Switch warmUp;

    /** Whether the service warms up; see {@link ServiceLifecycle#warmUp}. */
    public boolean warmsUp() {
        return warmUp == Switch.ON;
    }

    /** Switches the access log of the process on or off. Call it before the service starts. */
    public void applyAccessLog() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
            Level level = accessLog == Switch.ON ? Level.INFO : Level.OFF;
            LogSetup.REQUEST_LOGGERS.forEach(name -> loggers.getLogger(name).setLevel(level));
        }
    }

    /** The address to listen on. */
    public Address listen(int port) {
        return new Address(host, port);
    }

    /**
     * The address of the metrics; empty if there are none.
     *
     * @param port {@code null} if there are none
     */
    public Optional<Address> metrics(Integer port) {
        return Optional.ofNullable(port).map(this::listen);
    }
}
