package toystore.catalog;

import java.util.List;

/**
 * The catalog as it was at one moment.
 *
 * @param orderLog id of the order log that it follows; {@code null} if it follows none yet
 * @param asOf number of the last order that the quantities count
 * @param digest of the order log up to that order; {@code null} if it is 0
 * @param changes number of the last change that they count
 */
record Checkpoint(String orderLog, long asOf, String digest, long changes, List<ProductRecord> products) {}
