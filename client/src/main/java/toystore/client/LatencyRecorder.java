package toystore.client;

import toystore.client.Latencies.Kind;

/** Takes how long requests took, one by one, on the thread that made them. */
public interface LatencyRecorder {
    /**
     * An answer came.
     *
     * @param nanos from the first byte sent to the last byte of the answer
     */
    void record(Kind kind, long nanos);
}
