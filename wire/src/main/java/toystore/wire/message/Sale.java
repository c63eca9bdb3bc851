package toystore.wire.message;

import java.math.BigDecimal;

/**
 * Units were sold.
 *
 * @param price of one unit when they were sold
 * @param quantity units left in stock
 * @param version of the product after the sale
 */
public record Sale(BigDecimal price, int quantity, long version) implements Reply {}
