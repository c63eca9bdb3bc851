package toystore.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The command that repeats a load test, for a shell: without secrets. */
final class CommandText {
    private static final String SECRET = "--admin-token";
    private static final Pattern SECRET_FIELD =
            Pattern.compile("((?:--header=)?[^:]*(?:auth|cookie|token|secret|key)[^:]*:).*", Pattern.CASE_INSENSITIVE);

    private CommandText() {}

    static String of(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("java", "-jar", "loadtest/target/loadtest.jar"));
        boolean secret = false;
        for (String argument : arguments) {
            if (secret) {
                words.add("…");
            } else if (argument.startsWith(SECRET + "=")) {
                words.add(SECRET + "=…");
            } else {
                words.add(quoted(SECRET_FIELD.matcher(argument).replaceFirst("$1 …")));
            }
            secret = argument.equals(SECRET);
        }
        return words.stream().collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
