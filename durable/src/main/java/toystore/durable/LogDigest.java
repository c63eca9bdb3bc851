package toystore.durable;

import java.util.HexFormat;

/**
 * Running digest of a log: 64 bits that depend on the checksums of all records up to one, in their order.
 *
 * <pre>
 *   digest(0) = 0
 *   digest(n) = mix(digest(n - 1) xor CRC-32C of record n)
 *   mix         multiply by 0x9E3779B97F4A7C15, xor the upper half onto the lower
 * </pre>
 *
 * Two logs with the same id and number of records are the same log only if their digests are equal: a copy that got
 * other records has another digest. It does not protect against a person who wants two logs to look alike. As text it
 * has 16 hexadecimal digits.
 */
public final class LogDigest {
    /** The digest of a log without records. */
    public static final long EMPTY = 0;

    private LogDigest() {}

    static long next(long digest, int checksum) {
        long mixed = (digest ^ (checksum & 0xffffffffL)) * 0x9e3779b97f4a7c15L;
        return mixed ^ (mixed >>> 32);
    }

    /** The form in files and messages. */
    public static String toText(long digest) {
        return HexFormat.of().toHexDigits(digest);
    }

    /** @throws IllegalArgumentException if the text is not a digest */
    static long parse(String text) {
        if (text.length() != 16) {
            throw new IllegalArgumentException(
                    "digest has " + text.length() + " characters; expected 16 hexadecimal digits");
        }
        return HexFormat.fromHexDigitsToLong(text);
    }
}
