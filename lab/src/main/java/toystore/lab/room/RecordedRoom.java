package toystore.lab.room;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import toystore.lab.room.StoreSample.Column;

/** The control room of a recording, in which nothing happens any more. Immutable. */
final class RecordedRoom implements RoomBackend {
    private final RoomState recording;
    private final RoomTimeline timeline;

    /**
     * Reads a recording.
     *
     * @throws IllegalArgumentException if the file is none; the message names it
     */
    RecordedRoom(Path file) throws IOException {
        this(read(file), file.toString());
    }

    private RecordedRoom(RoomState read, String file) {
        try {
            require(
                    Column.NAMES.equals(read.columns()),
                    "its samples have the columns " + read.columns() + "; expected " + Column.NAMES);
            require(
                    Stream.of(
                                    read.kind(),
                                    read.title(),
                                    read.started(),
                                    read.epochs(),
                                    read.services(),
                                    read.events(),
                                    read.modes())
                            .allMatch(Objects::nonNull),
                    "kind, title, started, epochs, services, events or modes is missing");
            this.timeline = RoomTimeline.of(read);
            this.recording = replayed(read, timeline.all());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException(file + " is no recording of this version: " + e.getMessage(), e);
        }
    }

    private static RoomState read(Path file) throws IOException {
        try {
            return RoomJson.recording(Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The recording without buttons, with a part of its timeline. */
    private static RoomState replayed(RoomState read, RoomTimeline.Part part) {
        return new RoomState(
                "recording",
                read.title(),
                read.url(),
                read.folder(),
                read.seed(),
                read.started(),
                read.now(),
                read.period(),
                part.next(),
                part.more(),
                read.columns(),
                part.samples(),
                part.epochsFrom(),
                part.epochs(),
                read.services(),
                read.recovery(),
                read.database(),
                part.events(),
                read.score(),
                read.random(),
                read.check(),
                read.mode(),
                List.of(),
                List.of(),
                false);
    }

    @Override
    public RoomState state(long since, int most) {
        return RoomJson.fit(timeline, since, most, part -> replayed(recording, part));
    }

    @Override
    public RoomState recording() {
        return recording;
    }

    @Override
    public Optional<TraceView> trace(String id) {
        return Optional.empty();
    }

    @Override
    public boolean hasActions() {
        return false;
    }

    @Override
    public void act(RoomAction action) {
        throw new IllegalArgumentException("a recording has no actions");
    }
}
