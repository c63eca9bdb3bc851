package toystore.common;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the threads of the store. Each has a name, and logs the exception that ends it.
 *
 * <p>If that is an error of the JVM, such as an exhausted memory, the process ends, because its state is unknown.
 */
public final class Threads {
    private static final Logger log = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    /** A daemon thread that is not started yet. */
    public static Thread named(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(Threads::died);
        return thread;
    }

    /** Threads named {@code prefix-1}, {@code prefix-2} … */
    public static ThreadFactory numbered(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> named(prefix + "-" + count.incrementAndGet(), task);
    }

    /**
     * Virtual threads with such names, by reflection, because the store also runs on JVMs without them.
     *
     * @throws UnsupportedOperationException if this JVM has none
     */
    public static ThreadFactory virtual(String prefix) {
        try {
            Class<?> builderType = Class.forName("java.lang.Thread$Builder$OfVirtual");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builderType.getMethod("name", String.class, long.class).invoke(builder, prefix + "-", 1L);
            builderType
                    .getMethod("uncaughtExceptionHandler", UncaughtExceptionHandler.class)
                    .invoke(builder, (UncaughtExceptionHandler) Threads::died);
            return (ThreadFactory) builderType.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException(
                    "virtual threads need a JVM of version 21 or newer; this is " + Runtime.version(), e);
        }
    }

    /** Ends the process if the cause is an error of the JVM. For code that catches every exception of a thread. */
    public static void endIfFatal(Throwable cause) {
        if (cause instanceof VirtualMachineError) {
            died(Thread.currentThread(), cause);
        }
    }

    /** The handler of uncaught exceptions, also for other threads, such as the main thread. */
    public static void died(Thread dead, Throwable cause) {
        try {
            if (cause instanceof OutOfMemoryError
                    && String.valueOf(cause.getMessage()).contains("thread")) {
                log.error("a thread could not be started: {}; the process ends", cause.getMessage());
            } else {
                log.error("thread {} died", dead.getName(), cause);
            }
        } finally {
            if (cause instanceof VirtualMachineError) { // there may be no memory left for the log
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
