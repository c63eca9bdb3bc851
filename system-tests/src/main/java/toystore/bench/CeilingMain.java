package toystore.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import toystore.common.Address;

/**
 * A ceiling as a process of its own, which the bench starts. It says where it is as a service does, and ends when its
 * stdin does: when the bench has ended, however.
 *
 * <pre>
 *   fixed ANSWER-TO-GET ANSWER-TO-POST [HOST:PORT]    answers HTTP with these files, after a hop if there is one
 *   echo [HOST:PORT]                                  echoes lines, likewise
 * </pre>
 */
final class CeilingMain {
    /** As many as the frontend has without flags. */
    private static final int SESSION_THREADS = 10;

    private CeilingMain() {}

    public static void main(String[] args) throws IOException {
        CeilingServer server = switch (args[0]) {
            case "fixed" ->
                CeilingServer.start(
                        SESSION_THREADS,
                        new FixedResponse(
                                Files.readAllBytes(Path.of(args[1])),
                                Files.readAllBytes(Path.of(args[2])),
                                hop(args, 3)));
            case "echo" -> CeilingServer.start(0, new Echo(hop(args, 1)));
            default -> throw new IllegalArgumentException(args[0] + " is no ceiling; expected fixed or echo");
        };
        System.out.println("ready " + args[0] + " " + server.address());
        while (System.in.read() >= 0) {
            // nobody writes to it
        }
        System.exit(0);
    }

    private static Hop hop(String[] args, int index) {
        return index < args.length ? new Hop(Address.parse(args[index], 0)) : null;
    }
}
