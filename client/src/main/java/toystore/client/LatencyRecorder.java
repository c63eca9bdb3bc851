package toystore.client;

import toystore.client.Latencies.Kind;

/** Takes how long requests took, one by one, and what was odd about their connection, on the thread that made them. */
public interface LatencyRecorder {
    /**
     * An answer came.
     *
     * @param nanos from the first byte sent to the last byte of the answer
     */
    void record(Kind kind, long nanos);

    /** The connection was closed because something came on it while no request waited. */
    void unsolicited();
}
