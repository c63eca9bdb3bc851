package toystore.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is made from files, and made again when their content changes. Thread-safe.
 *
 * <p>The owner calls {@link #check()} now and then. It compares the bytes of the files, so it also notices links that
 * point elsewhere and files that are replaced within the same second. Content that is not valid is logged once and not
 * used: the last valid value stays. It is tried again at each check, because it can become valid, as a certificate does.
 */
public final class ReloadedFiles<T> {

    /** Makes the value from the current content of the files. */
    @FunctionalInterface
    public interface Loader<T> {
        /** Reads the files. Throws an exception whose message says what is wrong with them, and where. */
        T load() throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(ReloadedFiles.class);

    private final List<Path> files;
    private final Loader<T> loader;
    private List<byte[]> seen; // guarded by this: the content when the value was last made or refused
    private boolean refused; // guarded by this: whether the content seen is not in use
    private volatile T current; // read by many threads, replaced as a whole

    private ReloadedFiles(List<Path> files, Loader<T> loader) throws IOException {
        this.files = List.copyOf(files);
        this.loader = loader;
        this.seen = contents(); // before the files are loaded: a change meanwhile is noticed later
        this.current = loader.load();
    }

    /**
     * Reads the files for the first time.
     *
     * @throws IOException if they cannot be used; the message says why
     */
    public static <T> ReloadedFiles<T> open(List<Path> files, Loader<T> loader) throws IOException {
        return new ReloadedFiles<>(files, loader);
    }

    /** The value of the last valid content. */
    public T current() {
        return current;
    }

    /** Looks at the files, and makes the value again if they have changed. Returns whether the value is a new one. */
    public synchronized boolean check() {
        List<byte[]> now = contents();
        boolean same = equal(now, seen);
        if (same && !refused) {
            return false;
        }
        seen = now;
        try {
            current = loader.load();
            refused = false;
            log.info("{} changed and are in use now", names());
            return true;
        } catch (IOException | RuntimeException e) {
            refused = true;
            if (!same) {
                log.warn("{} changed and are not used; the previous content stays in use: {}", names(), e.getMessage());
            }
            return false;
        }
    }

    private String names() {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /** The content of each file; that of a file that cannot be read is empty. */
    private List<byte[]> contents() {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            try {
                contents.add(Files.readAllBytes(file));
            } catch (IOException unreadable) {
                contents.add(new byte[0]); // loading it says why
            }
        }
        return contents;
    }

    private static boolean equal(List<byte[]> some, List<byte[]> others) {
        for (int i = 0; i < some.size(); i++) {
            if (!Arrays.equals(some.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }
}
