package toystore.postgres;

import java.util.OptionalLong;

/**
 * What a node of a {@link LocalCluster} is at one moment.
 *
 * @param pid of its first process; empty if it does not run
 * @param synchronous whether the primary waits for this standby, or another one, before a commit returns
 */
public record NodeStatus(PostgresNode node, OptionalLong pid, Role role, boolean synchronous) {

    /** The part of a node in the cluster. */
    public enum Role {
        PRIMARY,
        STANDBY,
        FROZEN,
        /** It runs, but does not respond. */
        SILENT,
        STOPPED
    }
}
