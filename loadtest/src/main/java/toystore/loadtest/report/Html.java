package toystore.loadtest.report;

/** Builds HTML. Escapes text and attribute values, but not the names of tags and attributes. */
final class Html {
    private final StringBuilder written = new StringBuilder();

    /** Opens an element; attributes are names and values in turn. */
    Html open(String tag, String... attributes) {
        written.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            written.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
        written.append('>');
        return this;
    }

    Html close(String tag) {
        written.append("</").append(tag).append(">\n");
        return this;
    }

    Html text(String text) {
        written.append(escaped(text));
        return this;
    }

    /** Writes an element that contains only text. */
    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close(tag);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return written.toString();
    }
}
