package toystore.loadtest.load;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;

/**
 * Records the requests of one client or of several. Thread-safe; clients never wait.
 *
 * <p>It takes up to a megabyte, so up to 64 clients have one each, and more clients share them.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array that is not stored
final class ClientRecorder {
    private static final int OUTCOMES = RequestOutcome.values().length;

    private final boolean openLoop;
    private final AtomicReferenceArray<Track> tracks = new AtomicReferenceArray<>(Kind.values().length * OUTCOMES);

    /** The requests of one kind and outcome. */
    private static final class Track {
        final Recorder latency = new Recorder(Totals.DIGITS);
        final Recorder service; // null in a closed loop, where it equals the latency
        final String example;
        Histogram lastLatency; // reused by takeInto()
        Histogram lastService;

        Track(boolean openLoop, String example) {
            this.example = example;
            this.service = openLoop ? new Recorder(Totals.DIGITS) : null;
        }
    }

    ClientRecorder(boolean openLoop) {
        this.openLoop = openLoop;
    }

    /**
     * Records a request. Called by clients.
     *
     * @param latency from the time when it was due, in nanoseconds
     * @param service from the time when it was sent, in nanoseconds
     * @param reason of a failure; null for other outcomes
     */
    void record(Kind kind, RequestOutcome outcome, long latency, long service, String reason) {
        int index = kind.ordinal() * OUTCOMES + outcome.ordinal();
        Track track = tracks.get(index);
        if (track == null) {
            tracks.compareAndSet(index, null, new Track(openLoop, reason));
            track = tracks.get(index);
        }
        track.latency.recordValue(Math.max(0, latency));
        if (openLoop) {
            track.service.recordValue(Math.max(0, service));
        }
    }

    /** Moves everything recorded since the last call into the intervals. Called by one thread. */
    void takeInto(Intervals intervals) {
        for (int i = 0; i < tracks.length(); i++) {
            Track track = tracks.get(i);
            if (track == null) {
                continue;
            }
            Kind kind = Kind.values()[i / OUTCOMES];
            RequestOutcome outcome = RequestOutcome.values()[i % OUTCOMES];
            track.lastLatency = track.latency.getIntervalHistogram(track.lastLatency);
            if (track.lastLatency.getTotalCount() > 0) {
                intervals.addLatency(kind, outcome, track.lastLatency, track.example);
            }
            if (openLoop) {
                track.lastService = track.service.getIntervalHistogram(track.lastService);
                intervals.addService(kind, outcome, track.lastService);
            }
        }
    }
}
