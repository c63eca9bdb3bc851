package toystore.frontend.http;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session is at, and the means to end that if the peer takes too long. The session's thread goes from phase to
 * phase, without a look at the time; the clock's thread sees when that has not gone on, and cuts the peer off, which ends
 * whatever read or write the session's thread is at. A peer is cut off at the very stage that was found late, or not at
 * all: the session's thread may have gone on meanwhile.
 */
final class SessionState {
    private static final Logger log = LoggerFactory.getLogger(SessionState.class);

    private final Socket socket;
    private final long accepted;
    private final Deadlines deadlines;
    private final long taken = System.nanoTime();
    private final AtomicReference<Stage> stage = new AtomicReference<>(new Stage(Phase.FIRST_BYTE, ""));
    private Stage seen = stage.get(); // of the clock's thread, as the next
    private long seenSince = taken;

    /** A phase of the session, from when it enters it to when it enters another. */
    private static final class Stage {
        private final Phase phase;
        private final String reason; // why the peer was cut off

        Stage(Phase phase, String reason) {
            this.phase = phase;
            this.reason = reason;
        }
    }

    /**
     * What the clock saw.
     *
     * @param since when it saw that first, on the clock of {@link System#nanoTime()}
     */
    record Sight(Stage stage, long since) {
        Phase phase() {
            return stage.phase;
        }
    }

    SessionState(Socket socket, long accepted, Deadlines deadlines) {
        this.socket = socket;
        this.accepted = accepted;
        this.deadlines = deadlines;
    }

    /**
     * Goes on to the next phase; for the session's thread. Returns why the peer was cut off before; {@code null} if it
     * was not.
     */
    String enter(Phase phase) {
        Stage before = stage.getAndSet(new Stage(phase, ""));
        return before.phase == Phase.CUT ? before.reason : null;
    }

    Phase phase() {
        return stage.get().phase;
    }

    /** For the clock's thread. */
    Sight look(long now) {
        Stage at = stage.get();
        if (at != seen) {
            seen = at;
            seenSince = now;
        }
        return new Sight(at, seenSince);
    }

    /** When the connection was accepted, on the clock of {@link System#nanoTime()}. */
    long accepted() {
        return accepted;
    }

    /** When a thread took the session, on the clock of {@link System#nanoTime()}. */
    long taken() {
        return taken;
    }

    /** Cuts the peer off if it is past its deadline; says whether it was. For the clock's thread. */
    boolean cutIfLate(long now) {
        Sight at = look(now);
        if (!at.phase().isPeersTurn()) {
            return false;
        }
        long most = deadlines.of(at.phase()).toNanos();
        return now - at.since() > most && cut(at, "in " + most / 1_000_000 + " ms");
    }

    /**
     * Cuts the peer off for another reason than its deadline, if it still is at that stage, and nothing of it has come
     * that was not read yet; says whether it was. For the clock's thread.
     */
    boolean cutUnlessItSends(Sight at, String reason) {
        try {
            boolean sends = at.phase() != Phase.WRITE
                    && !socket.isInputShutdown()
                    && socket.getInputStream().available() > 0;
            return !sends && cut(at, reason);
        } catch (IOException gone) {
            log.debug("a peer was gone when it was looked at: {}", gone.toString());
            return false;
        }
    }

    private boolean cut(Sight at, String reason) {
        if (!stage.compareAndSet(at.stage(), new Stage(Phase.CUT, reason))) {
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
}
