package toystore.lab.weak;

/**
 * A rule that the store keeps, and where a reader finds it.
 *
 * @param statement one clause
 * @param document file and heading that state it
 * @param code file that keeps it
 * @param test class and method that break without it
 */
public record Rule(String statement, String document, String code, String test) {}
