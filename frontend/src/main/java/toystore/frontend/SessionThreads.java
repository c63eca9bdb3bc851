package toystore.frontend;

import java.util.concurrent.ThreadFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.common.Threads;

/**
 * The threads of sessions: a number of platform threads, or virtual threads, which cost little while they wait.
 *
 * @param max the number of sessions at once
 * @param kept the number of threads that exist from the start
 */
record SessionThreads(int max, int kept, ThreadFactory factory) {
    private static final String PREFIX = "frontend-session";
    private static final String VIRTUAL = "virtual";
    /** Each session may need a connection to a backend, which accepts 256. */
    private static final int MAX_PLATFORM = 200;

    /** One thread of this many is for requests that do not need a slow backend. */
    private static final int SPARE_RATIO = 5;

    private static final int MAX_VIRTUAL = 10_000;
    /** The most heap that a session takes: its content in three forms, and the stack of its thread. */
    private static final int BYTES_PER_SESSION = 256 * 1024;

    /**
     * The number of connections to each backend. It is below the number of sessions, so that a backend that hangs never
     * holds all threads: requests that do not need it are still answered.
     */
    int connections() {
        int spare = Math.max(1, max / SPARE_RATIO);
        return Math.min(Math.max(1, max - spare), MAX_PLATFORM);
    }

    static SessionThreads platform(int number) {
        return new SessionThreads(number, number, Threads.numbered(PREFIX));
    }

    /** Reads {@code 10} or {@code virtual}. */
    static final class Converter implements ITypeConverter<SessionThreads> {
        @Override
        public SessionThreads convert(String value) {
            if (value.equals(VIRTUAL)) {
                return virtual();
            }
            int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : 0;
            if (number < 1 || number > MAX_PLATFORM) {
                throw new TypeConversionException(
                        "it is \"" + value + "\"; expected 1 to " + MAX_PLATFORM + ", or " + VIRTUAL);
            }
            return platform(number);
        }

        private static SessionThreads virtual() {
            try {
                long fit = Runtime.getRuntime().maxMemory() / BYTES_PER_SESSION;
                return new SessionThreads((int) Math.min(MAX_VIRTUAL, fit), 0, Threads.virtual(PREFIX));
            } catch (UnsupportedOperationException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
