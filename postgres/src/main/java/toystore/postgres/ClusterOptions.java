package toystore.postgres;

import java.nio.file.Path;
import java.util.List;

/**
 * How a new {@link LocalCluster} is set up.
 *
 * @param nodes 1, or 3 that replicate synchronously to a quorum
 * @param durable whether a commit is forced to disk; without it, a crash of the machine can lose orders, the end of a
 *     process cannot
 * @param sharedBuffers the page cache of each node in MB
 * @param maxConnections of each node; the administration needs some of them
 * @param hosts the loopback addresses on which each node listens; the first one is that of {@link LocalCluster#url()}
 * @param cache folder for unpacked Maven binaries; null for one below the folder of temporary files
 */
public record ClusterOptions(
        int nodes, boolean durable, int sharedBuffers, int maxConnections, List<String> hosts, Path cache) {
    private static final String LOOPBACK = "127.0.0.1";

    public ClusterOptions {
        if (nodes != 1 && nodes != 3) {
            throw new IllegalArgumentException(
                    "nodes is " + nodes + "; expected 1, or 3: two nodes have no quorum without each other");
        }
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("hosts is empty; expected at least one address");
        }
        hosts = List.copyOf(hosts);
    }

    /** For trying out and for measurements: commits are forced to disk, 128 MB of cache. */
    public static ClusterOptions durable(int nodes) {
        return new ClusterOptions(nodes, true, 128, 100, List.of(LOOPBACK), null);
    }

    /** For tests: nothing is forced to disk, and many clusters find room in one machine. */
    public static ClusterOptions fast(int nodes) {
        return new ClusterOptions(nodes, false, 16, 50, List.of(LOOPBACK), null);
    }

    /** The same, with these addresses. */
    public ClusterOptions withHosts(List<String> addresses) {
        return new ClusterOptions(nodes, durable, sharedBuffers, maxConnections, addresses, cache);
    }

    /** The same, with this folder for unpacked Maven binaries. */
    public ClusterOptions withCache(Path folder) {
        return new ClusterOptions(nodes, durable, sharedBuffers, maxConnections, hosts, folder);
    }
}
