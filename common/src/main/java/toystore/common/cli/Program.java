package toystore.common.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;
import toystore.common.Abbreviated;

/** Runs a command line: converters, error messages and exit codes of every program of the store. */
public final class Program {
    /** The program has succeeded. */
    public static final int OK = 0;
    /** The program has failed, or its check has. */
    public static final int FAILED = 1;
    /** The command line was wrong. */
    public static final int USAGE = 2;

    private static final Logger log = LoggerFactory.getLogger(Program.class);

    private Program() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(Callable<Integer> command, String... args) {
        System.exit(run(command, args));
    }

    /**
     * Runs the command, and returns its exit code. A wrong flag becomes one line on stderr, and so do the exceptions
     * of the command: {@link IllegalArgumentException} for flags that it cannot use, {@link IOException} for other
     * failures. Output that cannot be written, because the disk is full, for example, is a failure too: no caller
     * should take an empty file for the result. Usage and messages name the program as the user has called it.
     */
    public static int run(Callable<Integer> command, String... args) {
        return run(EnvironmentDefaults.calledAs(), command, args);
    }

    /** @param calledAs the words that call the program; {@code null} for its own name */
    static int run(String calledAs, Callable<Integer> command, String... args) {
        CommandLine commandLine = new CommandLine(command);
        if (calledAs != null) {
            commandLine.setCommandName(calledAs);
        }
        register(commandLine, int.class, Integer.class, Integer::valueOf, "a whole number up to " + Integer.MAX_VALUE);
        register(commandLine, long.class, Long.class, Long::valueOf, "a whole number up to " + Long.MAX_VALUE);
        register(commandLine, double.class, Double.class, Double::valueOf, "a number like 0.5");
        register(commandLine, boolean.class, Boolean.class, Program::trueOrFalse, "true or false");
        EnvironmentDefaults defaults = new EnvironmentDefaults();
        commandLine.setDefaultValueProvider(defaults);
        commandLine.setParameterExceptionHandler((e, arguments) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            String problem = problem(e, defaults.message(e), arguments);
            System.err.println(name + ": " + problem + (problem.endsWith("?") ? " " : "; ") + name
                    + " --help lists what there is");
            return USAGE;
        });
        commandLine.setExecutionExceptionHandler((e, failed, parsed) -> {
            String name = failed.getCommandSpec().qualifiedName();
            if (e instanceof IllegalArgumentException) {
                System.err.println(name + ": " + firstLine(defaults.message(String.valueOf(e.getMessage()))));
                return USAGE;
            }
            if (e instanceof IOException failure) {
                System.err.println(name + ": " + firstLine(reason(failure)));
                return FAILED;
            }
            log.error("{}: internal error", name, e);
            return FAILED;
        });
        int code = commandLine.execute(args);
        if (!System.out.checkError()) {
            return code;
        }
        System.err.println(
                commandLine.getCommandName() + ": not all of the output could be written to stdout: the disk is"
                        + " full, or the reader has closed it");
        return code == OK ? FAILED : code;
    }

    /** Registers a converter whose error message says which value is expected; picocli's names the Java type. */
    private static <T> void register(
            CommandLine commandLine, Class<T> primitive, Class<T> boxed, Function<String, T> parser, String expected) {
        ITypeConverter<T> converter = text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("\"" + text + "\" is not understood; expected " + expected);
            }
        };
        commandLine.registerConverter(primitive, converter);
        commandLine.registerConverter(boxed, converter);
    }

    private static Boolean trueOrFalse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /**
     * The error message. An unknown flag has precedence over its value, which picocli takes for a positional
     * parameter, and over what is missing.
     */
    private static String problem(ParameterException e, String message, String... arguments) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        if (e instanceof MissingParameterException
                || (e.getArgSpec() != null && e.getArgSpec().isPositional())) {
            Optional<String> unknown = Arrays.stream(arguments)
                    .takeWhile(word -> !word.equals("--"))
                    .filter(word -> word.startsWith("--"))
                    .map(word -> word.split("=", 2)[0])
                    .filter(flag -> !command.optionsMap().containsKey(flag))
                    .findFirst();
            if (unknown.isPresent()) {
                return "Unknown option: '" + unknown.get() + "'" + suggestion(command, unknown.get());
            }
        }
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return firstLine(message);
        }
        String word = unmatched.getUnmatched().get(0);
        boolean isCommand = !word.startsWith("-")
                && !command.subcommands().isEmpty()
                && command.positionalParameters().isEmpty();
        return (isCommand ? notACommand(command, word) : firstLine(message)) + suggestion(command, word);
    }

    private static String notACommand(CommandSpec command, String word) {
        List<String> names = command.subcommands().keySet().stream().sorted().toList();
        int last = names.size() - 1;
        return Abbreviated.printable(word, 40) + " is not a command; expected "
                + (last == 0 ? "" : String.join(", ", names.subList(0, last)) + " or ") + names.get(last);
    }

    private static String suggestion(CommandSpec command, String word) {
        List<String> names = new ArrayList<>(command.optionsMap().keySet());
        names.addAll(command.subcommands().keySet());
        return Spelling.nearest(word.split("=", 2)[0], names)
                .map(meant -> "; did you mean " + meant + "?")
                .orElse("");
    }

    /** The reason of a failure: the message of an exception about a file may be just its name. */
    private static String reason(IOException e) {
        if (e instanceof FileSystemException about && about.getReason() == null) {
            return about.getFile() + " " + kind(about);
        }
        return e.getMessage();
    }

    private static String kind(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "is missing";
        }
        if (e instanceof AccessDeniedException) {
            return "cannot be read or written: permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "exists already";
        }
        return e instanceof NotDirectoryException ? "is not a folder" : "cannot be used: " + e;
    }

    private static String firstLine(String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
