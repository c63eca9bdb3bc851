package toystore.common.cli;

import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import toystore.common.Address;

/** The address of the store: the first positional parameter of a program. A mixin of commands. */
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
            description = "The store's frontend, or http://host:port (TOYSTORE_STORE; now ${DEFAULT-VALUE}; the port is"
                    + " 8080 if left out).")
    private Address address;

    /** The address of the store's frontend. */
    public Address address() {
        return address;
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
