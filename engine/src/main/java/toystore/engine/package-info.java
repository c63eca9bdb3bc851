/**
 * The two seams between the services and what keeps their data: {@link toystore.engine.OrderEngine} in orders, and
 * {@link toystore.engine.Inventory} in the catalog. Each has two implementations, one over files and one over a
 * database.
 */
package toystore.engine;
