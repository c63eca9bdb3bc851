package toystore.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import toystore.common.cli.Switch;
import toystore.common.log.LogSetup;

/** The flag of every service that decides whether each request has a line in its log. For picocli's {@code @Mixin}. */
public final class AccessLogFlag {
    @Option(
            names = "--access-log",
            paramLabel = "on|off",
            converter = Switch.Flag.class,
            defaultValue = "${env:TOYSTORE_ACCESS_LOG:-off}",
            description = "A line in the log for every request (TOYSTORE_ACCESS_LOG; now ${DEFAULT-VALUE}).")
    private Switch lines;

    /** Does what the flag says, for the whole process. To be called before the service starts. */
    public void apply() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
            Level level = lines == Switch.ON ? Level.INFO : Level.OFF;
            LogSetup.REQUEST_LOGGERS.forEach(name -> loggers.getLogger(name).setLevel(level));
        }
    }
}
