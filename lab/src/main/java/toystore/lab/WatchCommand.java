package toystore.lab;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toystore.common.cli.PortConverter;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.lab.room.ControlRoom;

/** The command line of {@code watch}. */
@Command(
        name = "watch",
        description = "Opens a page that shows a store of ./toystore while it runs, and changes nothing in it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class WatchCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "The store's folder (TOYSTORE_DATA; default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            converter = PortConverter.class,
            description = "Port of the page; 0 takes any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws Exception {
        ControlRoom.watch(data.toAbsolutePath().normalize(), port, System.out);
        return Program.OK;
    }
}
