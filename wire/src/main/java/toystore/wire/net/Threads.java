package toystore.wire.net;

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
        thread.setUncaughtExceptionHandler((dead, cause) -> {
            log.error("thread {} died", dead.getName(), cause);
            if (cause instanceof VirtualMachineError) {
                Runtime.getRuntime().halt(1);
            }
        });
        return thread;
    }

    /** Threads named {@code prefix-1}, {@code prefix-2} … */
    public static ThreadFactory numbered(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> named(prefix + "-" + count.incrementAndGet(), task);
    }
}
