package toystore.loadtest;

/** Shows a person how far a load test is. */
interface Progress extends AutoCloseable {
    /** The warm-up begins, whose results do not count. */
    void warmUp();

    /** A step begins. */
    void begin(Load load, int clients);

    /** A client has done one of the iterations that were asked for. Called by many threads at once. */
    void iterated();

    /** A step has ended. */
    void end(StepResult result);

    @Override
    void close();
}
