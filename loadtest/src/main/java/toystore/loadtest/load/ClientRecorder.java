package toystore.loadtest.load;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.RequestOutcome;

/**
 * What clients record, without waiting for anybody; another thread takes, now and then, what has come since. It takes
 * memory, so many clients share one; few have one each.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array, which nobody keeps
final class ClientRecorder {
    private static final int OUTCOMES = RequestOutcome.values().length;

    private final boolean openLoop;
    private final AtomicReferenceArray<Track> tracks = new AtomicReferenceArray<>(Kind.values().length * OUTCOMES);

    /** The requests of one kind and outcome. */
    private static final class Track {
        final Recorder latency = new Recorder(Distributions.DIGITS);
        final Recorder service; // null in a closed loop, where it is the same
        final String example;
        Histogram lastLatency; // of the taker's last time, to be used again
        Histogram lastService;

        Track(boolean openLoop, String example) {
            this.example = example;
            this.service = openLoop ? new Recorder(Distributions.DIGITS) : null;
        }
    }

    ClientRecorder(boolean openLoop) {
        this.openLoop = openLoop;
    }

    /**
     * Called by clients.
     *
     * @param latency from when the request was due, in nanoseconds
     * @param service from when it was sent
     * @param why it failed; null if it did not
     */
    void record(Kind kind, RequestOutcome outcome, long latency, long service, String why) {
        int index = kind.ordinal() * OUTCOMES + outcome.ordinal();
        Track track = tracks.get(index);
        if (track == null) {
            tracks.compareAndSet(index, null, new Track(openLoop, why));
            track = tracks.get(index);
        }
        track.latency.recordValue(Math.max(0, latency));
        if (openLoop) {
            track.service.recordValue(Math.max(0, service));
        }
    }

    /** Takes what has come since the last time. Called by one thread. */
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
