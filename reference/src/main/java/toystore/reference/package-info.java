/**
 * A store as many would build it today: Spring MVC on Tomcat, JDBC, HikariCP and PostgreSQL, with one transaction for
 * each order. The bench compares Toy Store with it. It has two endpoints of Toy Store, and the same JSON.
 */
package toystore.reference;
