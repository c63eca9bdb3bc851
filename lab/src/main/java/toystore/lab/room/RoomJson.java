package toystore.lab.room;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonErrors;
import toystore.common.json.JsonMappers;

/** The JSON of the page. A value that is not known is null, and not left out. */
final class RoomJson {
    private static final JsonMapper MAPPER = JsonMappers.builder()
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.ALWAYS))
            .build();
    private static final JsonMapper STRICT = JsonMappers.strictBuilder().build();
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    /** For values that grow between two looks at them. */
    private static final int SLACK = 256;

    private RoomJson() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** Makes a state of at most so many bytes, with what fits of a timeline. */
    static RoomState fit(RoomTimeline timeline, long since, int most, Function<RoomTimeline.Part, RoomState> state) {
        RoomTimeline.Part nothing = new RoomTimeline.Part(List.of(), 0, List.of(), List.of(), 0, false);
        int left = most - bytes(state.apply(nothing)).length - SLACK;
        return state.apply(timeline.since(since, left, item -> bytes(item).length + 1));
    }

    /**
     * Reads an action.
     *
     * @throws IllegalArgumentException if it is none
     */
    static RoomAction action(byte[] json) {
        try {
            RoomAction action = STRICT.readValue(json, RoomAction.class);
            if (action == null) {
                throw new IllegalArgumentException("the content is null; expected an action");
            }
            return action;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the content is not understood: " + reason(e), e);
        }
    }

    /**
     * Reads a recording.
     *
     * @throws IllegalArgumentException if it is none
     */
    static RoomState recording(byte[] json) {
        try {
            RoomState recording = MAPPER.readValue(json, RoomState.class);
            if (recording == null || recording.columns() == null || recording.samples() == null) {
                throw new IllegalArgumentException("it is no recording of the lab: it has no samples");
            }
            return recording;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is no recording of the lab: " + reason(e), e);
        }
    }

    private static String reason(JacksonException e) {
        String place = JsonErrors.place(e);
        return (place.isEmpty() ? "" : place + ": ") + JsonErrors.reason(e);
    }
}
