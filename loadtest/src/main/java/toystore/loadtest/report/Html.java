package toystore.loadtest.report;

/** HTML as it grows. Text and attributes are escaped; tags are this package's own. */
final class Html {
    private final StringBuilder written = new StringBuilder();
    /** Opens an element, its attributes given as names and values by turns. */
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

    /** An element with nothing but text in it. */
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
