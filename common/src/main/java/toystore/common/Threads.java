package toystore.common;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every thread comes from: named for what it does, and logging what it dies of. If that is the JVM itself, out of
 * memory say, the whole process ends, because nobody knows what was left undone.
 */
public final class Threads {
    private static final Logger log = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    /** A thread that is not started yet. It does not keep the process alive: the main thread does that. */
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
     * Virtual threads with such names. They are looked up by reflection, because the store runs on JVMs without them.
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

    /** For who catches what a thread would die of: ends the process if it would end then. */
    public static void endIfFatal(Throwable cause) {
        if (cause instanceof VirtualMachineError) {
            died(Thread.currentThread(), cause);
        }
    }

    /** Also for threads that do not come from here, such as the main thread. */
    public static void died(Thread dead, Throwable cause) {
        try {
            if (cause instanceof OutOfMemoryError
                    && String.valueOf(cause.getMessage()).contains("thread")) {
                log.error("a thread could not be started: {}; the process ends", cause.getMessage());
            } else {
                log.error("thread {} died", dead.getName(), cause);
            }
        } finally {
            if (cause instanceof VirtualMachineError) { // there may be no memory left even to say so
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
