package toystore.wire.codec;

/**
 * The size of a page of entries that have names: whether another entry fits into its message. Not thread-safe.
 *
 * <p>It is an upper bound, so that no entry has to be encoded for it. The page and the other fields of the message are
 * shorter than {@link MessageCodec#MAX_LINE}.
 */
public final class PageSize {
    private static final int MAX = 60_000; // bytes of all entries
    private static final int MAX_ENTRY = 1_500; // bytes
    private static final int MAX_BYTES_PER_CHAR = 3; // of a name, in UTF-8 or escaped

    private final int fieldBytes;
    private int bytes;

    /**
     * The size of an empty page.
     *
     * @param fieldBytes the most bytes that an entry takes up without the characters of its name
     */
    public PageSize(int fieldBytes) {
        this.fieldBytes = fieldBytes;
    }

    /** Returns how many entries fit at most, however short their names are. */
    public int mostEntries() {
        return MAX / fieldBytes;
    }

    /** Returns whether another entry fits, however long its name is. */
    public boolean hasRoom() {
        return bytes <= MAX - MAX_ENTRY;
    }

    /** Adds an entry. */
    public void add(String name) {
        bytes += fieldBytes + MAX_BYTES_PER_CHAR * name.length();
    }
}
