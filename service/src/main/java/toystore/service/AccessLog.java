package toystore.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import toystore.common.cli.OnOff;
import toystore.common.log.LogSetup;

/** The flag of every service that decides whether each request has a line in its log. For picocli's {@code @Mixin}. */
public final class AccessLog {
    @Option(
            names = "--access-log",
            paramLabel = "on|off",
            converter = OnOff.Flag.class,
            defaultValue = "${env:TOYSTORE_ACCESS_LOG:-off}",
            description = "A line in the log for every request (TOYSTORE_ACCESS_LOG; now ${DEFAULT-VALUE}).")
    private OnOff lines;

    /** Does what the flag says, for the whole process. To be called before the service starts. */
    public void apply() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
            Level level = lines == OnOff.ON ? Level.INFO : Level.OFF;
            LogSetup.REQUEST_LOGGERS.forEach(name -> loggers.getLogger(name).setLevel(level));
        }
    }
}
