package toystore.frontend.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import toystore.frontend.http.Fields.Field;

/**
 * A resource whose content never changes, with all responses made in advance. Immutable.
 *
 * <p>GET and HEAD get the representation that suits the client best, plain or in gzip (RFC 9110 §12.5.3); or 304, if
 * the client has that representation already (§13.1.2). A field that is malformed is ignored: the plain representation
 * and 200 are right for every client.
 */
public final class StaticResource implements Router.Handler {
    private static final Pattern CODING = Pattern.compile( // codings [ weight ] (RFC 9110 §12.4.2, §12.5.3)
            "(" + MediaType.TOKEN + ")(?:[ \\t]*+;[ \\t]*+[qQ]=(0(?:[.][0-9]{0,3})?|1(?:[.]0{0,3})?))?");
    private static final Pattern MEMBER = Pattern.compile( // a member of a list, entity-tag (§8.8.3) or empty
            "[ \\t]*+(?:(?:W/)?+(\"[!#-~\\x80-\\xFF]*+\"))?+[ \\t]*+(?:,|\\z)");

    private static final int TAG_LENGTH = 32; // hexadecimal digits: 128 bits

    private final String hash;
    private final Representation identity;
    private final Representation gzip; // the same as identity if gzip would not make it smaller

    /** The content in one coding: the response with it, and the one to a client that has it already. */
    private record Representation(String entityTag, Response ok, Response notModified) {

        /**
         * Makes the responses.
         *
         * @param fields of both
         * @param coding fields of the response with the content, about its coding
         */
        static Representation of(String contentType, List<Field> fields, List<Field> coding, byte[] content) {
            String entityTag = "\"" + sha256(content).substring(0, TAG_LENGTH) + "\"";
            List<Field> all = new ArrayList<>(fields);
            all.add(new Field("ETag", entityTag));
            all.add(new Field("Vary", "Accept-Encoding"));
            Response notModified = Response.withoutContent(Status.NOT_MODIFIED, all);
            all.addAll(coding);
            return new Representation(entityTag, new Response(Status.OK, contentType, all, content), notModified);
        }
    }

    /**
     * A resource.
     *
     * @param fields of its responses with 200 and 304, besides the fields that this class adds
     * @param content which callers must not change
     */
    public StaticResource(String contentType, List<Field> fields, byte[] content) {
        byte[] compressed = compressed(content);
        this.hash = sha256(content);
        this.identity = Representation.of(contentType, fields, List.of(), content);
        this.gzip = compressed.length >= content.length
                ? identity
                : Representation.of(contentType, fields, List.of(new Field("Content-Encoding", "gzip")), compressed);
    }

    /** The SHA-256 of the content, in hexadecimal digits. */
    public String hash() {
        return hash;
    }

    @Override
    public Response handle(Request request) {
        Representation selected = prefersGzip(request.fields()) ? gzip : identity;
        return hasTag(request.fields(), selected.entityTag) ? selected.notModified : selected.ok;
    }

    /**
     * Returns whether {@code Accept-Encoding} gives gzip a weight, and plain content no higher one. Codings that are
     * not listed have the weight of {@code *}; without that, gzip is not sent to a client that does not list it.
     */
    private static boolean prefersGzip(Fields fields) {
        Map<String, Double> weights = new HashMap<>();
        for (String member : fields.members("Accept-Encoding")) {
            Matcher coding = CODING.matcher(member);
            if (!coding.matches()) {
                return false;
            }
            String name = coding.group(1).toLowerCase(Locale.ROOT);
            double weight = coding.group(2) == null ? 1 : Double.parseDouble(coding.group(2));
            weights.merge(name.equals("x-gzip") ? "gzip" : name, weight, Math::min); // §8.4.1.3
        }
        double others = weights.getOrDefault("*", 0.0);
        double gzip = weights.getOrDefault("gzip", others);
        return gzip > 0 && gzip >= weights.getOrDefault("identity", others);
    }

    /** Returns whether {@code If-None-Match} has this entity tag, weak or strong (§8.8.3.2), or is {@code *}. */
    private static boolean hasTag(Fields fields, String entityTag) {
        String list = String.join(",", fields.all("If-None-Match"));
        if (list.equals("*")) {
            return true;
        }
        boolean found = false;
        Matcher member = MEMBER.matcher(list);
        for (int at = 0; at < list.length(); at = member.end()) {
            if (!member.region(at, list.length()).lookingAt()) {
                return false;
            }
            found |= entityTag.equals(member.group(1));
        }
        return found;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static byte[] compressed(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never: the bytes go to memory
        }
        return bytes.toByteArray();
    }
}
