package toystore.wire.message;

/**
 * An order in the order log, with the fields that the catalog needs.
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
