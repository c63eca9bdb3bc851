package toystore.common.log;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.CoreConstants;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.pattern.DynamicConverter;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import ch.qos.logback.core.util.OptionHelper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The configuration of logging in every program.
 *
 * <p>An event has one line: time (UTC), level, thread, id of the request or "-", message. Lines of a stack trace are
 * indented, so a line that does not begin with a space is always an event.
 *
 * <p>Logback finds this class as a service, and then reads no XML, which took a sixth of the start-up time of a
 * service. A file named by {@code -Dlogback.configurationFile} has precedence.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** The loggers of requests: over HTTP, and of messages between the services. */
    public static final List<String> REQUEST_LOGGERS = List.of("access", "messages");

    /** Loggers of libraries that log what the programs log themselves, and their levels. */
    private static final Map<String, Level> QUIET = Map.of(
            "com.zaxxer.hikari",
            Level.WARN,
            "com.zaxxer.hikari.pool.ProxyConnection", // each broken connection, with a stack trace
            Level.OFF,
            "com.zaxxer.hikari.pool.PoolBase", // each broken connection that was idle
            Level.ERROR);

    private static final String EVENT =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS, UTC}%micros\\_Z %-5level [%thread] %trace %line%n";
    private static final String STACK_TRACE = "%replace(%ex){'(?m)^(?=.)', '  '}";
    private static final String NO_STACK_TRACE = "%nopex";

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (OptionHelper.getSystemProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        loggers.getStatusManager().add(new NopStatusListener());
        Map<String, Supplier<DynamicConverter<?>>> words = new HashMap<>();
        words.put("line", EscapingConverter::new);
        words.put("trace", TraceConverter::new);
        loggers.putObject(CoreConstants.PATTERN_RULE_REGISTRY_FOR_SUPPLIERS, words);

        Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(stderr(loggers));
        QUIET.forEach((name, level) -> loggers.getLogger(name).setLevel(level));
        AsyncStderrAppender requests = requests(loggers);
        for (String name : REQUEST_LOGGERS) {
            Logger logger = loggers.getLogger(name);
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
            logger.addAppender(requests);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> stderr(LoggerContext loggers) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(loggers);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(lines(loggers, EVENT + STACK_TRACE));
        appender.start();
        return appender;
    }

    private static AsyncStderrAppender requests(LoggerContext loggers) {
        AsyncStderrAppender appender = new AsyncStderrAppender();
        appender.setContext(loggers);
        appender.setName("requests");
        appender.setEncoder(lines(loggers, EVENT + NO_STACK_TRACE));
        appender.start();
        return appender;
    }

    private static Encoder<ILoggingEvent> lines(LoggerContext loggers, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(loggers);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }
}
