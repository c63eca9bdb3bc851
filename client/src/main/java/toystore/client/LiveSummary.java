package toystore.client;

/** Shows how things stand while shoppers shop, until it is closed. */
interface LiveSummary extends AutoCloseable {
    @Override
    void close();
}
