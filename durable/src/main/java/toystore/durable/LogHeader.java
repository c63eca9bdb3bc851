package toystore.durable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The first line of a log file.
 *
 * @param format version of the file format
 * @param log the log's identity, random, the same in all its files
 * @param first number of the first record in this file
 */
record LogHeader(int format, String log, long first) {
    static final int FORMAT = 1;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    static LogHeader ofNewLog() {
        return new LogHeader(FORMAT, UUID.randomUUID().toString(), 1);
    }

    byte[] json() {
        return MAPPER.writeValueAsBytes(this);
    }

    static LogHeader read(Path file, byte[] json) throws IOException {
        LogHeader header;
        try {
            header = MAPPER.readValue(json, LogHeader.class);
        } catch (JacksonException e) {
            throw new DamagedLogException(file, 0, "the header is not understood: " + e.getOriginalMessage());
        }
        if (header.format() != FORMAT) {
            throw new DamagedLogException(
                    file, 0, "format " + header.format() + "; this version reads format " + FORMAT);
        }
        return header;
    }
}
