package toystore.frontend;

import java.util.concurrent.ThreadFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import toystore.common.Threads;

/**
 * How many client connections are served at once, and on which threads: as many of the platform's as there is a number,
 * or virtual ones, which cost next to nothing while they wait.
 *
 * @param kept how many threads exist from the beginning on
 */
record SessionThreads(int most, int kept, ThreadFactory factory) {
    private static final String PREFIX = "frontend-session";
    private static final String VIRTUAL = "virtual";
    /** So that each session has its connection to a service, which takes 256. */
    private static final int MOST_OF_PLATFORM = 200;

    /** One thread of so many is for requests that do not need a service that is slow. */
    private static final int SPARE = 5;

    private static final int MOST_VIRTUAL = 10_000;
    /** Of the heap: what a session takes at most, its content in three forms and the thread's stack. */
    private static final int BYTES_OF_SESSION = 256 * 1024;

    /**
     * Connections to each service, fewer than there are sessions: a service that hangs must not hold the threads of all, or
     * what needs it not would not be answered either.
     */
    int connections() {
        int spare = Math.max(1, most / SPARE);
        return Math.min(Math.max(1, most - spare), MOST_OF_PLATFORM);
    }

    static SessionThreads ofPlatform(int number) {
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
            if (number < 1 || number > MOST_OF_PLATFORM) {
                throw new TypeConversionException(
                        "it is \"" + value + "\"; expected 1 to " + MOST_OF_PLATFORM + ", or " + VIRTUAL);
            }
            return ofPlatform(number);
        }

        private static SessionThreads virtual() {
            try {
                long fit = Runtime.getRuntime().maxMemory() / BYTES_OF_SESSION;
                return new SessionThreads((int) Math.min(MOST_VIRTUAL, fit), 0, Threads.virtual(PREFIX));
            } catch (UnsupportedOperationException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
