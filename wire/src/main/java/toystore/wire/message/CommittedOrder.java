package toystore.wire.message;

/**
 * An order that is in the log, as far as the catalog must know it.
 *
 * @param number of the order
 * @param reservation that it was made from
 * @param digest of the order log up to this order: 16 hexadecimal digits
 */
public record CommittedOrder(long number, String name, int quantity, String reservation, String digest) {
    public CommittedOrder {
        Constraints.orderNumber(number);
        Constraints.name(name);
        Constraints.quantity(quantity);
        Constraints.token("reservation", reservation);
        Constraints.token("digest", digest);
    }
}
