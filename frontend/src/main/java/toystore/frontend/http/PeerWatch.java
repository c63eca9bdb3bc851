package toystore.frontend.http;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session is at, and the means to end that if the peer takes too long. The session's thread goes from phase to
 * phase; the clock's thread cuts the peer off, which ends whatever read or write the session's thread is at. Which of the
 * two comes first is decided by one compare-and-set, so a peer that was just in time is not cut off.
 */
final class PeerWatch {
    private static final Logger log = LoggerFactory.getLogger(PeerWatch.class);

    private final Socket socket;
    private final Deadlines deadlines;
    private final AtomicReference<Stage> stage;

    /**
     * A phase and its times, on the clock of {@link System#nanoTime()}.
     *
     * @param since when it began
     * @param patientUntil until when the thread is not taken from the peer for others
     * @param reason why the peer was cut off; empty as long as it is not
     */
    record Stage(Phase phase, long since, long patientUntil, String reason) {}

    PeerWatch(Socket socket, Deadlines deadlines, long accepted) {
        this.socket = socket;
        this.deadlines = deadlines;
        this.stage = new AtomicReference<>(stage(Phase.FIRST_BYTE, System.nanoTime(), accepted));
    }

    /**
     * Goes on to the next phase; for the session's thread.
     *
     * @param waiting since when the peer is waited for, which is before this phase if it had to wait for a thread itself
     * @return the phase before; {@link Phase#CUT} if the peer was cut off in it
     */
    Stage enter(Phase phase, long now, long waiting) {
        return stage.getAndSet(stage(phase, now, waiting));
    }

    Stage stage() {
        return stage.get();
    }

    /** Cuts the peer off if it is past its deadline; says whether it was. */
    boolean cutIfLate(long now) {
        Stage at = stage.get();
        if (!at.phase().isPeersTurn()) {
            return false;
        }
        long most = deadlines.of(at.phase()).toMillis();
        return now - at.since() > most * 1_000_000 && cut(at, "in " + most + " ms");
    }

    /** Cuts the peer off, so that others are served, if it still is at that stage; says whether it was. */
    boolean evict(Stage at) {
        return cut(at, "in time, and others wait to be served; send it again");
    }

    private boolean cut(Stage at, String reason) {
        Stage cut = new Stage(Phase.CUT, at.since(), at.patientUntil(), reason);
        if (!stage.compareAndSet(at, cut)) {
            return false;
        }
        try {
            if (at.phase() == Phase.WRITE) {
                socket.setSoLinger(true, 0); // what the peer does not take is thrown away
                socket.close();
            } else {
                socket.shutdownInput();
            }
        } catch (IOException gone) {
            log.debug("a peer was gone when it was to be cut off: {}", gone.toString());
        }
        return true;
    }

    private static Stage stage(Phase phase, long now, long waiting) {
        return new Stage(phase, now, waiting + phase.patience(), "");
    }
}
