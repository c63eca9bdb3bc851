package toystore.loadtest.result;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a file of the report. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Writes a file, and replaces an existing one.
     *
     * @throws IOException if it cannot be written; the message has the name of the file and the reason
     */
    public static void write(Path file, byte[] content) throws IOException {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new IOException(file.getFileName() + ": " + reason(e), e);
        }
    }

    /** Why a file or folder could not be made or written, without its path and without class names. */
    public static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return "it is a file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileSystemException inFiles && inFiles.getReason() != null) {
            return inFiles.getReason();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
