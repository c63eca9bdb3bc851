package toystore.lab.room;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import toystore.lab.room.RoomState.ProcessState;
import toystore.lab.store.LabStore.Service;

/** What was measured at one moment. A value that is not set is not known. Not thread-safe. */
final class StoreSample {
    private final Map<Column, Object> values = new EnumMap<>(Column.class);

    /** A value of a sample. */
    enum Column {
        /** Milliseconds since the start. */
        T,
        /** Orders per second. */
        ORDERS,
        /** Queries per second. */
        QUERIES,
        /** Failed requests per second. */
        FAILURES,
        /** Median latency of the probe in milliseconds. */
        P50,
        /** 99th percentile of the same. */
        P99,
        /** Sessions of the frontend with a request in progress. */
        BUSY,
        /** Sessions between two requests. */
        IDLE,
        /** Connections that wait for a session. */
        QUEUED,
        /** Open circuits. */
        CIRCUITS,
        /** 1 while the cache is used. */
        CACHE,
        /** Orders in the log that the catalog has not applied. */
        LAG,
        /** Reservations at the catalog. */
        RESERVATIONS,
        /** Units for sale. */
        UNITS,
        /** Size of the order log. */
        LOG_BYTES,
        CATALOG,
        ORDERS_SERVICE,
        FRONTEND,
        CATALOG_MIB,
        ORDERS_MIB,
        FRONTEND_MIB,
        /** Index of the open epoch. */
        EPOCH;

        /** The names of all columns, in the order in which a row has them. */
        static final List<String> NAMES =
                Stream.of(values()).map(Column::toString).toList();

        /** The state of a service. */
        static Column state(Service service) {
            return switch (service) {
                case CATALOG -> CATALOG;
                case ORDERS -> ORDERS_SERVICE;
                case FRONTEND -> FRONTEND;
            };
        }

        /** The memory of a service in MiB. */
        static Column memory(Service service) {
            return switch (service) {
                case CATALOG -> CATALOG_MIB;
                case ORDERS -> ORDERS_MIB;
                case FRONTEND -> FRONTEND_MIB;
            };
        }

        /** Returns the value in a row; null if it is not known. */
        Object in(List<Object> row) {
            return row.get(NAMES.indexOf(toString()));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    StoreSample() {
        for (Column column : Column.values()) {
            values.put(column, null);
        }
    }

    void set(Column column, long value) {
        values.put(column, value);
    }

    /** Sets a whole number; NaN is not known. */
    void setRounded(Column column, double value) {
        values.put(column, Double.isNaN(value) ? null : (Object) Math.round(value));
    }

    /** Sets a number with one digit after the point; NaN is not known. */
    void setTenths(Column column, double value) {
        values.put(column, Double.isNaN(value) ? null : (Object) (Math.round(value * 10) / 10.0));
    }

    void set(Service service, ProcessState state) {
        values.put(Column.state(service), state.toString());
    }

    /** Returns the values in the order of the columns, as JSON has them: numbers, names of states, and null. */
    List<Object> row() {
        return Collections.unmodifiableList(new ArrayList<>(values.values()));
    }

    /**
     * Checks a row that was read from a file.
     *
     * @throws IllegalArgumentException if it is none
     */
    static void check(List<Object> row) {
        if (row == null || row.size() != Column.NAMES.size()) {
            throw new IllegalArgumentException(
                    "a sample is " + row + "; expected " + Column.NAMES.size() + " values, one for each column");
        }
        if (!(Column.T.in(row) instanceof Number)) {
            throw new IllegalArgumentException("t of a sample is " + Column.T.in(row) + "; expected a number");
        }
        for (Service service : Service.values()) {
            Object state = Column.state(service).in(row);
            if (state != null
                    && Stream.of(ProcessState.values())
                            .noneMatch(one -> one.toString().equals(state))) {
                throw new IllegalArgumentException("the state of " + service + " is " + state + "; expected one of "
                        + List.of(ProcessState.values()));
            }
        }
    }
}
