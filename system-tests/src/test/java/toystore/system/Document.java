package toystore.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A document of the project, in Markdown. */
record Document(Path file, List<String> lines) {
    private static final Pattern PROMPT = Pattern.compile("( *)\\$ (.*)");

    /** A command that the document shows, behind a prompt {@code $}, and the lines below it. */
    record Example(String place, String command, List<String> output) {
        @Override
        public String toString() {
            return place + ": " + command;
        }
    }

    /** README.md, CHANGELOG.md and docs/*.md. */
    static List<Document> all() throws IOException {
        List<Document> documents = new ArrayList<>();
        try (Stream<Path> docs = Files.list(Jars.root().resolve("docs"))) {
            List<Path> files = Stream.concat(
                            Stream.of("README.md", "CHANGELOG.md").map(Jars.root()::resolve),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
            for (Path file : files) {
                documents.add(new Document(file, Files.readAllLines(file)));
            }
        }
        return documents;
    }

    String name() {
        return Jars.root().relativize(file).toString();
    }

    /** The text without blocks of code, which are fenced or indented. */
    List<String> prose() {
        List<String> prose = new ArrayList<>();
        boolean fenced = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                fenced = !fenced;
            } else if (!fenced && !line.startsWith("    ")) {
                prose.add(line);
            }
        }
        return prose;
    }

    /** The examples, in their order. Output ends with the next prompt or with the block of code. */
    List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher prompt = PROMPT.matcher(lines.get(i));
            if (prompt.matches()) {
                List<String> output = new ArrayList<>();
                for (int next = i + 1; next < lines.size() && isOutput(lines.get(next), prompt.group(1)); next++) {
                    String line = lines.get(next);
                    output.add(
                            line.isEmpty()
                                    ? line
                                    : line.substring(prompt.group(1).length()).stripTrailing());
                }
                while (!output.isEmpty() && output.get(output.size() - 1).isEmpty()) {
                    output.remove(output.size() - 1);
                }
                examples.add(new Example(name() + " line " + (i + 1), prompt.group(2), output));
            }
        }
        return examples;
    }

    private static boolean isOutput(String line, String indentation) {
        return line.isEmpty()
                ? !indentation.isEmpty()
                : line.startsWith(indentation)
                        && !line.startsWith("```")
                        && !PROMPT.matcher(line).matches();
    }

    @Override
    public String toString() {
        return name();
    }
}
