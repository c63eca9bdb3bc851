package toystore.chaos;

import toystore.client.StoreClient.Receipt;

/** What a shopper knows of a purchase, after sending it once. */
sealed interface PurchaseOutcome {
    /** There is an order. */
    record Acknowledged(Receipt receipt) implements PurchaseOutcome {}

    /** There were not enough; so there is no order, unless one came of an earlier try. */
    record SoldOut() implements PurchaseOutcome {}

    /** There may be an order, or not: no answer, or one that says so. */
    record Unknown(String why) implements PurchaseOutcome {}

    /** An answer that no such request should get. */
    record Odd(String answer) implements PurchaseOutcome {}
}
