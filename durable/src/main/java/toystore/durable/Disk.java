package toystore.durable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The disk of this machine. Its files are {@link RandomAccessFile}s: a channel closes itself when a thread that uses it
 * is interrupted, and all threads share the log.
 */
final class Disk implements Storage {

    @Override
    public StoredFile open(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new NoSuchFileException(file.toString()); // RandomAccessFile would create it
        }
        // "rwd" is O_DSYNC: every write is forced to disk before it returns, in one system call instead of two
        return new OpenFile(new RandomAccessFile(file.toFile(), "rwd"));
    }

    @Override
    public StoredFile openToRead(Path file) throws IOException {
        return new OpenFile(new RandomAccessFile(file.toFile(), "r"));
    }

    @Override
    public StoredFile create(Path file) throws IOException {
        StoredFile created = new OpenFile(new RandomAccessFile(file.toFile(), "rw"));
        created.truncate(0);
        return created;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static final class OpenFile implements StoredFile {
        private static final long UNKNOWN = -1;

        private final RandomAccessFile file;
        private long at; // position of the next read or write

        OpenFile(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            int length = bytes.remaining();
            seek(position);
            at = UNKNOWN; // if the write fails
            file.write(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
            at = position + length;
            bytes.position(bytes.limit());
            return length;
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            seek(position);
            int read = file.read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            if (read > 0) {
                at = position + read;
                bytes.position(bytes.position() + read);
            }
            return read;
        }

        /** Most reads and writes continue where the last one ended, which saves a system call. */
        private void seek(long position) throws IOException {
            if (position != at) {
                file.seek(position);
                at = position;
            }
        }

        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.setLength(size);
            at = UNKNOWN;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
