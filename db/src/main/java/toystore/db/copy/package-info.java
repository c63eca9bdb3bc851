/** Copies a store from one engine to the other, by way of JSON lines. */
package toystore.db.copy;
