/** Throw-away PostgreSQL servers on this machine, for trying out and for tests: one node, or replicated ones. */
package toystore.postgres;
