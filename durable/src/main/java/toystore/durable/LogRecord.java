package toystore.durable;

/**
 * A record as it is in the log.
 *
 * @param json one object in UTF-8
 * @param digest {@linkplain LogDigest of the log} up to this record
 */
public record LogRecord(byte[] json, long digest) {}
