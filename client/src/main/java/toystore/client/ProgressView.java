package toystore.client;

/** Shows how things stand while shoppers shop, until it is closed. */
interface ProgressView extends AutoCloseable {
    @Override
    void close();
}
