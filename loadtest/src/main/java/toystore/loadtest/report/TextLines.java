package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A sentence, in as many lines as it needs. */
final class TextLines {
    private TextLines() {}

    /** Breaks at spaces so that no line is wider, unless one word is. */
    static List<String> wrap(String text, double width, ToDoubleFunction<String> measure) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && measure.applyAsDouble(longer) > width) {
                lines.add(line);
                line = word;
            } else {
                line = longer;
            }
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
        return lines;
    }
}
