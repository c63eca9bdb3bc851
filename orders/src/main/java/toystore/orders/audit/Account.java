package toystore.orders.audit;

/** What the files say about one product. There may be a million of these, so they are small, and are changed. */
final class Account {
    boolean atStart; // it is in catalog-start.json
    long startedWith;

    long restocked;
    long restockedLater; // by changes that the checkpoint does not count
    boolean changed;
    boolean changedBefore; // by a change that the checkpoint counts

    long ordered;
    long orderedLater; // in orders that the checkpoint does not count
    long firstOrder; // 0: there is none

    boolean counted; // it is in catalog.json
    long quantity; // there
}
