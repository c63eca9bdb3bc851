package toystore.durable;

import java.io.IOException;
import java.nio.file.Path;

/** What this module asks of a disk, so that a test can put a disk that fails in its place. Thread-safe. */
public interface Storage {
    /** The real one. */
    Storage DISK = new Disk(true);

    /** The same, but nothing waits for the disk, and a power cut loses what was written; for tests only. */
    Storage UNFORCED = new Disk(false);

    /**
     * Opens a file that is there, to read and to write. A write to it returns when its bytes are on disk, and the length of
     * the file, if that has grown. What was written before it was opened is not forced by that.
     */
    StoredFile open(Path file) throws IOException;

    /** Opens a file that is there, to read only: it may be somebody else's. */
    StoredFile openToRead(Path file) throws IOException;

    /** Makes a file, or empties the one that is there. What is written to it is not on disk before it is forced. */
    StoredFile create(Path file) throws IOException;

    /** Gives a file another name in one step, in place of the file that had it. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file if it is there. */
    void delete(Path file) throws IOException;

    /** Makes the names in a folder durable: a file that was made or renamed is found after a power cut. */
    void forceFolder(Path folder) throws IOException;
}
