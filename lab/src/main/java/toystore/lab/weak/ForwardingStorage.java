package toystore.lab.weak;

import java.io.IOException;
import java.nio.file.Path;
import toystore.durable.Storage;

/** A disk that passes every operation on. A decorator overrides those that it changes. */
interface ForwardingStorage extends Storage {
    default Storage real() {
        return Storage.DISK;
    }

    @Override
    default StoredFile open(Path file) throws IOException {
        return real().open(file);
    }

    @Override
    default StoredFile openToRead(Path file) throws IOException {
        return real().openToRead(file);
    }

    @Override
    default StoredFile create(Path file) throws IOException {
        return real().create(file);
    }

    @Override
    default void rename(Path from, Path to) throws IOException {
        real().rename(from, to);
    }

    @Override
    default void delete(Path file) throws IOException {
        real().delete(file);
    }

    @Override
    default void forceFolder(Path folder) throws IOException {
        real().forceFolder(folder);
    }
}
