package toystore.lab.chaos;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network between the cells and the nodes of the database, in a network namespace of this program. Not thread-safe.
 *
 * <p>Each cell reaches each node at an address of their own, 10.77.cell.node, and from an address of their own,
 * 10.77.cell.100 + node; all of them are on the loopback device. A partition sends both addresses to a device that
 * drops every packet: connections stay open and get no reply, as if a cable were cut. Delay and loss are those of the
 * whole loopback device, and need {@code netem} in the kernel.
 */
final class FaultyNetwork {
    private static final String NODE = "n";

    private final boolean netem;

    private FaultyNetwork(boolean netem) {
        this.netem = netem;
    }

    /** Returns why this user cannot have a network namespace here; empty if it can. */
    static Optional<String> obstacle() {
        try {
            run("unshare", "--net", "sh", "-c", "ip link set lo up && ip tuntap add hole mode tun");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Returns a command that runs another one in a new network namespace, which ends with it. */
    static List<String> inNamespace(List<String> command) {
        List<String> words =
                new ArrayList<>(List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
        words.addAll(command);
        return words;
    }

    /**
     * Makes sure that this program runs in a network namespace that its parent process does not share.
     *
     * @throws IOException otherwise: the network of the machine must not be changed
     */
    static void requireNamespace() throws IOException {
        long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(1L);
        if (namespace("self").equals(namespace(Long.toString(parent)))) {
            throw new IOException("this program does not run in a network namespace of its own");
        }
    }

    private static Path namespace(String process) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", process, "ns/net"));
    }

    /** Prepares the namespace in which this program runs. */
    static FaultyNetwork open(int cells, int nodes) throws IOException {
        requireNamespace();
        ip("tuntap add hole mode tun");
        ip("link set hole up");
        FaultyNetwork network = new FaultyNetwork(hasNetem());
        for (int cell = 0; cell < cells; cell++) {
            for (int node = 1; node <= nodes; node++) {
                ip("address add " + host(cell, NODE + node) + "/32 dev lo");
                ip("address add " + source(cell, NODE + node) + "/32 dev lo");
                network.heal(cell, NODE + node);
            }
        }
        return network;
    }

    /** Whether delay and loss are possible in this namespace. */
    static boolean hasNetem() {
        try {
            run("tc", "qdisc", "replace", "dev", "lo", "root", "netem", "delay", "0ms");
            run("tc", "qdisc", "del", "dev", "lo", "root");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    boolean canDisturb() {
        return netem;
    }

    /** Returns the address at which a cell reaches a node. */
    static String host(int cell, String node) {
        return "10.77." + (cell + 1) + "." + number(node);
    }

    private static String source(int cell, String node) {
        return "10.77." + (cell + 1) + "." + (100 + number(node));
    }

    private static int number(String node) {
        return Integer.parseInt(node.substring(NODE.length()));
    }

    /** Drops every packet between a cell and a node. */
    void cut(int cell, String node) throws IOException {
        ip("route replace unicast " + host(cell, node) + " dev hole table local");
        ip("route replace unicast " + source(cell, node) + " dev hole table local");
    }

    /** Ends that. */
    void heal(int cell, String node) throws IOException {
        ip("route replace local " + source(cell, node) + " dev lo table local");
        ip("route replace local " + host(cell, node) + " dev lo table local src " + source(cell, node));
    }

    /** Disturbs every packet: {@code delay 5ms}, for example. */
    void disturb(String how) throws IOException {
        tc("replace", how);
    }

    /** Ends that. */
    void calm() throws IOException {
        run("tc", "qdisc", "del", "dev", "lo", "root");
    }

    private static void tc(String verb, String how) throws IOException {
        List<String> command = new ArrayList<>(List.of("tc", "qdisc", verb, "dev", "lo", "root", "netem"));
        command.addAll(List.of(how.split(" ", -1)));
        run(command.toArray(String[]::new));
    }

    private static void ip(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ", -1)));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: "
                        + output.lines().findFirst().orElse("it does not say why"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
