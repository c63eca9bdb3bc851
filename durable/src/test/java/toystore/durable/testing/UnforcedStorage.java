package toystore.durable.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import toystore.durable.Storage;

/** Real files, but no write or force waits for the disk: fast, and a power cut loses them. Thread-safe. */
public final class UnforcedStorage implements Storage {
    @Override
    public StoredFile open(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new NoSuchFileException(file.toString()); // RandomAccessFile would create it
        }
        return new UnforcedFile(new RandomAccessFile(file.toFile(), "rw"));
    }

    @Override
    public StoredFile openToRead(Path file) throws IOException {
        return DISK.openToRead(file);
    }

    @Override
    public StoredFile create(Path file) throws IOException {
        StoredFile created = new UnforcedFile(new RandomAccessFile(file.toFile(), "rw"));
        created.truncate(0);
        return created;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        DISK.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        DISK.delete(file);
    }

    @Override
    public void forceFolder(Path folder) {}

    private record UnforcedFile(RandomAccessFile file) implements StoredFile {
        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            int length = bytes.remaining();
            file.seek(position);
            file.write(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
            bytes.position(bytes.limit());
            return length;
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            file.seek(position);
            int read = file.read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            bytes.position(bytes.position() + Math.max(read, 0));
            return read;
        }

        @Override
        public void force() {}

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.setLength(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
