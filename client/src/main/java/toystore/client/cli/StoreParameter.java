package toystore.client.cli;

import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import toystore.client.http.Origin;
import toystore.common.cli.Spelling;

/** The store: the first positional parameter of a program, and the flags for its certificate. A mixin of commands. */
public final class StoreParameter {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "host[:port]",
            converter = StoreAddressConverter.class,
            preprocessor = CommandsAreNoHosts.class,
            defaultValue = "${env:TOYSTORE_STORE:-127.0.0.1:8080}",
            description = "The store's frontend, or http://host[:port] or https://host[:port] (TOYSTORE_STORE; now"
                    + " ${DEFAULT-VALUE}; the port is 8080 if left out, that of a URL 80 or 443).")
    private Origin origin;

    @Mixin
    private TlsFlags tls;

    /**
     * The store's frontend.
     *
     * @throws IllegalArgumentException if the file of {@code --cacert} cannot be used
     */
    public Origin origin() {
        return tls.applyTo(origin);
    }

    /** Returns whether the command line has the parameter. */
    public boolean isGiven() {
        return command.commandLine().getParseResult().hasMatchedPositional(0);
    }

    /** Refuses a misspelt command of the program in the place of a host. */
    private static final class CommandsAreNoHosts implements IParameterPreprocessor {
        @Override
        @SuppressWarnings("JdkObsolete") // the stack is picocli's
        public boolean preprocess(Stack<String> words, CommandSpec program, ArgSpec host, Map<String, Object> info) {
            String word = words.peek();
            Optional<String> meant =
                    Spelling.nearest(word, program.subcommands().keySet());
            if (meant.isPresent()) {
                throw new ParameterException(
                        program.commandLine(),
                        "\"" + word + "\" is no command; did you mean " + meant.get()
                                + "? A host of that name is written " + word + ":8080");
            }
            return false; // picocli processes it
        }
    }
}
