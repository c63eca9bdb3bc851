package toystore.frontend.http;

/**
 * How large the parts of a request may be, in bytes.
 *
 * @param requestLine without its line end
 * @param field one field line, without its line end
 * @param fieldSection all field lines together
 * @param fields how many field lines
 * @param body the content
 * @param chunkLine the line before a chunk, without its line end
 * @param chunkExtensions what all lines before chunks hold besides sizes
 */
record Limits(int requestLine, int field, int fieldSection, int fields, int body, int chunkLine, int chunkExtensions) {
    static final Limits DEFAULT = new Limits(8 * 1024, 8 * 1024, 32 * 1024, 100, 64 * 1024, 1024, 16 * 1024);
}
