/** The engine for a store whose cells share one database behind the PostgreSQL protocol. */
package toystore.sql;
