package toystore.lab.room;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import toystore.lab.room.RoomState.ProcessState;
import toystore.lab.store.LabStore.Service;

/** A value of a sample. */
enum Column {
    /** Milliseconds since the start. */
    T(Form.WHOLE),
    /** Orders per second. */
    ORDERS(Form.WHOLE),
    /** Queries per second. */
    QUERIES(Form.WHOLE),
    /** Failed requests per second. */
    FAILURES(Form.WHOLE),
    /** Median latency of the probe in milliseconds. */
    P50(Form.TENTHS),
    /** 99th percentile of the same. */
    P99(Form.TENTHS),
    /** Sessions of the frontend with a request in progress. */
    BUSY(Form.WHOLE),
    /** Sessions between two requests. */
    IDLE(Form.WHOLE),
    /** Connections that wait for a session. */
    QUEUED(Form.WHOLE),
    /** Open circuits. */
    CIRCUITS(Form.WHOLE),
    /** 1 while the cache is used. */
    CACHE(Form.WHOLE),
    /** Orders in the log that the catalog has not applied. */
    LAG(Form.WHOLE),
    /** Reservations at the catalog. */
    RESERVATIONS(Form.WHOLE),
    /** Units for sale. */
    UNITS(Form.WHOLE),
    /** Size of the order log. */
    LOG_BYTES(Form.WHOLE),
    CATALOG(Form.STATE),
    ORDERS_SERVICE(Form.STATE),
    FRONTEND(Form.STATE),
    CATALOG_MIB(Form.WHOLE),
    ORDERS_MIB(Form.WHOLE),
    FRONTEND_MIB(Form.WHOLE),
    /** Index of the open epoch. */
    EPOCH(Form.WHOLE);

    /** The names of all columns. */
    static final List<String> NAMES = Stream.of(values()).map(Column::toString).toList();

    private static final Column[] ALL = values();
    private static final ProcessState[] STATES = ProcessState.values();

    private enum Form {
        WHOLE,
        TENTHS,
        STATE
    }

    private final Form form;

    Column(Form form) {
        this.form = form;
    }

    /** The state of a service. */
    static Column state(Service service) {
        return ALL[CATALOG.ordinal() + service.ordinal()];
    }

    /** The memory of a service in MiB. */
    static Column memory(Service service) {
        return ALL[CATALOG_MIB.ordinal() + service.ordinal()];
    }

    /** Returns a value as JSON has it; NaN becomes null. */
    Object toJson(double value) {
        if (Double.isNaN(value)) {
            return null;
        }
        return switch (form) {
            case WHOLE -> (Object) Math.round(value);
            case TENTHS -> (Object) (Math.round(value * 10) / 10.0);
            case STATE -> STATES[(int) value].toString();
        };
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws IllegalArgumentException if this column cannot have the value
     */
    double fromJson(Object json) {
        if (json == null) {
            return Double.NaN;
        }
        if (form != Form.STATE && json instanceof Number number) {
            return number.doubleValue();
        }
        for (ProcessState state : STATES) {
            if (form == Form.STATE && state.toString().equals(json)) {
                return state.ordinal();
            }
        }
        throw new IllegalArgumentException(this + " is " + json + "; expected "
                + (form == Form.STATE ? "one of " + List.of(STATES) : "a number") + " or null");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
