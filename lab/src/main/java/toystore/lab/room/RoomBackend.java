package toystore.lab.room;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import toystore.lab.room.ServiceControl.ConflictException;

/** A control room: what the page shows, and what its buttons do. Thread-safe. */
interface RoomBackend {

    /** A part of a request in one service. */
    record TraceSpan(String service, String name, double startMs, double ms) {}

    /** A request in all services. */
    record TraceView(String id, List<TraceSpan> spans) {}

    /**
     * Returns what is new.
     *
     * @param since the {@code next} of the last reply, 0 at first
     * @param most bytes of the JSON
     */
    RoomState state(long since, int most);

    /** Returns everything that there is. */
    RoomState recording();

    /** Returns the spans of a request; empty if no log has its id. */
    Optional<TraceView> trace(String id) throws IOException;

    /** Whether the page has buttons. */
    boolean hasActions();

    /**
     * Does what a button says.
     *
     * @throws IllegalArgumentException if the action is not understood
     * @throws ConflictException if it is not possible now
     */
    void act(RoomAction action) throws ConflictException, IOException, InterruptedException;
}
