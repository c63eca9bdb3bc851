package toystore.common.cli;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Finds the values of a command line that come from the environment. Not thread-safe.
 *
 * <p>An error message about such a value names the variable, and not a flag that the command line does not have.
 * picocli calls this class for every value that the command line does not give.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
    /** System property with the words that call the program; the launcher sets it. */
    private static final String CALLED_AS = "toystore.called.as";

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Z_]+)");
    private static final Pattern INVALID_VALUE = Pattern.compile("^Invalid value for .*?: ");

    private final Map<ArgSpec, String> variables = new HashMap<>();

    /** The words with which the user has called the program; {@code null} if they are not known. */
    static String calledAs() {
        return System.getProperty(CALLED_AS);
    }

    /** Always {@code null}: the default is that of the annotation. */
    @Override
    public String defaultValue(ArgSpec argument) {
        if (argument.userObject() instanceof AnnotatedElement element) {
            Matcher variable = VARIABLE.matcher(declaredDefault(element));
            if (variable.find() && System.getenv(variable.group(1)) != null) {
                variables.put(argument, variable.group(1));
            }
        }
        return null;
    }

    private static String declaredDefault(AnnotatedElement element) {
        Option option = element.getAnnotation(Option.class);
        if (option != null) {
            return option.defaultValue();
        }
        Parameters parameters = element.getAnnotation(Parameters.class);
        return parameters == null ? "" : parameters.defaultValue();
    }

    /** The message of an exception about a value that cannot be converted. */
    String message(ParameterException e) {
        String variable = variables.get(e.getArgSpec());
        String message = String.valueOf(e.getMessage());
        return variable == null
                ? message
                : INVALID_VALUE.matcher(message).replaceFirst(Matcher.quoteReplacement(variable + ": "));
    }

    /**
     * The message of a command, which begins with the flag, about a value that it cannot use. One that names the
     * variable already, as {@code --flag (VARIABLE)}, stays as it is: the launcher gives flags in variables.
     */
    String message(String message) {
        String flag = message.split(" ", 2)[0];
        for (Map.Entry<ArgSpec, String> entry : variables.entrySet()) {
            if (entry.getKey() instanceof OptionSpec option
                    && Arrays.asList(option.names()).contains(flag)
                    && !message.startsWith(flag + " (")) {
                return entry.getValue() + message.substring(flag.length());
            }
        }
        return message;
    }
}
