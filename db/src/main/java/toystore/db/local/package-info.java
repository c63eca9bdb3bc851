/** The commands for a throw-away PostgreSQL on this machine. */
package toystore.db.local;
