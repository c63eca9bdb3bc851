package toystore.wire.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.Abbreviated;
import toystore.common.json.JsonErrors;
import toystore.common.json.JsonMappers;
import toystore.common.log.Trace;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;

/**
 * Encodes messages and decodes them. Thread-safe.
 *
 * <p>A message is one JSON object on one line: UTF-8, ended by a line feed, at most {@value #MAX_LINE} bytes with it.
 * Names are in snake case, absent fields are left out, unknown fields are ignored. Replies come in the order of the
 * requests. The table has each request and the reply to it:
 *
 * <pre>
 *   catalog  {"type":"get","name"}
 *            {"code":1,"name","price","quantity","version"}
 *   catalog  {"type":"list","prefix","after","limit"}
 *            {"code":1,"products":[{"name","price","quantity","version"}…],"next"}
 *   catalog  {"type":"put","name","price","add"}
 *            {"code":1,"name","price","quantity","version","made"}
 *   catalog  {"type":"watch"}
 *            {"code":1,"products":[{"name","price","quantity","version"}…],"forgotten":[""…]}, again and again
 *   catalog  {"type":"position"}
 *            {"code":1,"as_of"}
 *   catalog  {"type":"open","log","head","as_of","digest"}
 *            {"code":1,"epoch","as_of"}
 *   catalog  {"type":"apply","epoch","orders":[{"number","name","quantity","reservation","digest"}…]}
 *            {"code":1,"as_of"}
 *   catalog  {"type":"activate","epoch","head"}
 *            {"code":1,"as_of"}
 *   catalog  {"type":"reserve","name","quantity","epoch","reservation"}
 *            {"code":1,"price","quantity","version"}
 *   catalog  {"type":"refresh","store","products":[{"name","price","quantity","version"}…]}
 *            {"code":1}
 *   catalog  {"type":"stats"}
 *            {"code":1,"uptime_seconds","products","units","reservations","as_of","ready",
 *             "problem","epoch","epochs","last_checkpoint",
 *             "traffic":{"connections","served","refused","malformed"}}
 *   orders   {"type":"place","name","quantity","key"}
 *            {"code":1,"order_number","name","quantity","price","time","version"}
 *   orders   {"type":"get","order_number"}
 *            {"code":1,"order_number","name","quantity","price","time"}
 *   orders   {"type":"list","after","limit"}
 *            {"code":1,"orders":[{"order_number","name","quantity","price","time"}…],"next"}
 *   orders   {"type":"stats"}
 *            {"code":1,"uptime_seconds","orders","ready","problem","epoch","epochs","as_of","log_bytes",
 *             "recovery":{"orders","torn_bytes","millis"},
 *             "traffic":{"connections","served","refused","malformed"}}
 *   refusal  {"code","message","reason","available"}
 * </pre>
 *
 * {@code type} is the first field of a request that is written and may be anywhere in one that is read; {@code code} is
 * the first field of a reply. Every request may carry {@code "trace":"…"}, the id of the shopper's request that caused
 * it. The trace is no part of the records: {@link #encode(ServiceRequest, String)} adds it and {@link #traceOf} finds
 * it. A value that is not a valid {@link Trace} is ignored.
 */
public final class MessageCodec {
    /** Bytes in a line, its line feed included. */
    public static final int MAX_LINE = 64 * 1024;

    private static final int MAX_QUOTED = 100;
    private static final byte[] TRACE_NAME = "\"trace\"".getBytes(US_ASCII);
    private static final byte[] TRACE = ",\"trace\":\"".getBytes(US_ASCII);
    private static final JsonMapper MAPPER = mapper();
    /** By type of message: to create a reader takes about as long as to read a message. */
    private static final ClassValue<ObjectReader> READERS = new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
            return MAPPER.readerFor(type);
        }
    };

    private static final ClassValue<ObjectWriter> WRITERS = new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
            return MAPPER.writerFor(type);
        }
    };

    /** By service: the reader of each type of request. */
    private static final ClassValue<Map<String, ObjectReader>> REQUESTS = new ClassValue<>() {
        @Override
        protected Map<String, ObjectReader> computeValue(Class<?> service) {
            return Stream.of(service.getPermittedSubclasses())
                    .collect(Collectors.toUnmodifiableMap(ServiceRequest::typeOf, READERS::get));
        }
    };

    /** By record: the beginning of the request. */
    private static final ClassValue<byte[]> TYPES = new ClassValue<>() {
        @Override
        protected byte[] computeValue(Class<?> message) {
            return ("{\"type\":\"" + ServiceRequest.typeOf(message) + "\"").getBytes(US_ASCII);
        }
    };

    private static final byte[] SUCCESS = ("{\"code\":" + Reply.OK).getBytes(US_ASCII);

    private MessageCodec() {}

    /** The line of a request, with its line feed. */
    public static byte[] encode(ServiceRequest<?> request) {
        return encode(request, null);
    }

    /**
     * The line of a request, with its line feed. It carries the trace if that fits.
     *
     * @param trace valid, so that it needs no escaping, or {@code null}
     */
    public static byte[] encode(ServiceRequest<?> request, String trace) {
        Line line = new Line();
        line.begin(TYPES.get(request.getClass())).append(WRITERS.get(request.getClass()), request);
        if (trace != null && line.size() + TRACE.length + trace.length() + 1 < MAX_LINE) {
            line.append(TRACE, trace);
        }
        return line.end();
    }

    /** The line of a reply, with its line feed. */
    public static byte[] encode(Reply reply) {
        return new Line()
                .begin(SUCCESS)
                .append(WRITERS.get(reply.getClass()), reply)
                .end();
    }

    /** The line of a refusal, with its line feed. */
    public static byte[] encode(Refusal refusal) {
        return new Line().write(WRITERS.get(Refusal.class), refusal).end();
    }

    /**
     * Decodes a request.
     *
     * @param service the sealed interface of the requests to this service
     * @param line without its line feed
     */
    public static <Q extends ServiceRequest<?>> Q decodeRequest(Class<? super Q> service, byte[] line)
            throws MalformedMessageException {
        if (!startsAnObject(line)) {
            throw new MalformedMessageException("expected a JSON object");
        }
        Map<String, ObjectReader> readers = REQUESTS.get(service);
        try (JsonParser parser = MAPPER.createParser(line)) {
            parser.nextToken();
            if (!"type".equals(parser.nextName())) {
                return readerOf(valueOf("type", line), readers).readValue(line);
            }
            parser.nextToken();
            ObjectReader reader = readerOf(parser.getString(), readers);
            boolean alone = parser.nextToken() == JsonToken.END_OBJECT;
            return alone ? reader.readValue(line) : reader.readValue(parser);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static ObjectReader readerOf(String type, Map<String, ObjectReader> readers)
            throws MalformedMessageException {
        ObjectReader reader = type == null ? null : readers.get(type);
        if (reader == null) {
            throw new MalformedMessageException(
                    "type is " + (type == null ? "missing" : Abbreviated.of(type, MAX_QUOTED)) + "; expected one of "
                            + readers.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        return reader;
    }

    /**
     * The trace of a request; {@code null} if it has none, or one that is not valid. A line without the word is not
     * parsed.
     *
     * @param line of the request, without its line feed
     */
    public static String traceOf(byte[] line) {
        String last = lastTraceOf(line);
        if (last != null || !mentionsTrace(line)) {
            return last;
        }
        try {
            String trace = valueOf("trace", line);
            return Trace.isValid(trace) ? trace : null;
        } catch (JacksonException notJson) {
            return null; // decodeRequest reports it
        }
    }

    /** The text of a field of the outermost object; {@code null} if the field is missing, or not a string. */
    private static String valueOf(String field, byte[] line) {
        try (JsonParser parser = MAPPER.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals(field)) {
                    return value == JsonToken.VALUE_STRING ? parser.getString() : null;
                }
                parser.skipChildren();
            }
            return null;
        }
    }

    /**
     * Decodes a reply.
     *
     * @param line without its line feed
     * @throws RefusedException if the line is a refusal
     */
    public static <R extends Reply> R decodeReply(Class<R> type, byte[] line)
            throws RefusedException, MalformedMessageException {
        try (JsonParser parser = MAPPER.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT
                    || !"code".equals(parser.nextName())
                    || parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new MalformedMessageException("a reply must begin with a numeric code");
            }
            if (parser.getIntValue() != Reply.OK) {
                throw new RefusedException(READERS.get(Refusal.class).readValue(line));
            }
            if (parser.nextToken() == JsonToken.END_OBJECT && type.getRecordComponents().length == 0) {
                return READERS.get(type).readValue("{}");
            }
            R reply = READERS.get(type).readValue(parser);
            if (reply == null) {
                throw new MalformedMessageException("a reply with nothing but its code");
            }
            return reply;
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static boolean startsAnObject(byte[] line) {
        int i = 0;
        while (i < line.length && (line[i] == ' ' || line[i] == '\t')) {
            i++;
        }
        return i < line.length && line[i] == '{';
    }

    /**
     * The trace at the end of the object, where {@link #encode(ServiceRequest, String)} puts it, or {@code null}. A
     * string cannot end like that, because quotation marks in strings are escaped.
     */
    private static String lastTraceOf(byte[] line) {
        int end = line.length - 2;
        if (end < TRACE.length || line[end] != '"' || line[end + 1] != '}') {
            return null;
        }
        int start = end;
        while (start > 0 && line[start - 1] != '"') {
            start--;
        }
        int name = start - TRACE.length;
        if (name < 0 || !Arrays.equals(line, name, start, TRACE, 0, TRACE.length)) {
            return null;
        }
        String trace = new String(line, start, end - start, US_ASCII);
        return Trace.isValid(trace) ? trace : null;
    }

    private static boolean mentionsTrace(byte[] line) {
        int last = line.length - TRACE_NAME.length;
        for (int i = 0; i <= last; i++) {
            if (line[i] == '"' && Arrays.equals(line, i, i + TRACE_NAME.length, TRACE_NAME, 0, TRACE_NAME.length)) {
                return true;
            }
        }
        return false;
    }

    private static MalformedMessageException malformed(JacksonException e) {
        String place = JsonErrors.place(e);
        return new MalformedMessageException((place.isEmpty() ? "" : place + ": ") + JsonErrors.reason(e));
    }

    private static JsonMapper mapper() {
        return JsonMappers.internalBuilder()
                .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE, EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                // a price of a request may have an exponent that takes kilobytes to write out
                .disable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .build();
    }

    /**
     * The line of a message. The type or the code stands before the fields of the record, the trace after them.
     */
    private static final class Line extends ByteArrayOutputStream {
        private static final int USUAL_LENGTH = 256;

        Line() {
            super(USUAL_LENGTH);
        }

        Line begin(byte[] firstField) {
            writeBytes(firstField);
            return this;
        }

        Line write(ObjectWriter writer, Object message) {
            writer.writeValue(this, message);
            return this;
        }

        /** Appends the fields of the message to the object that {@link #begin} has begun. */
        Line append(ObjectWriter writer, Object message) {
            int brace = count;
            write(writer, message);
            if (buf[brace + 1] == '}') {
                count = brace + 1; // the record has no fields
                buf[brace] = '}';
            } else {
                buf[brace] = ',';
            }
            return this;
        }

        /** Appends a field to the object that has ended. The value needs no escaping. */
        void append(byte[] field, String value) {
            count--;
            writeBytes(field);
            for (int i = 0; i < value.length(); i++) {
                write(value.charAt(i));
            }
            write('"');
            write('}');
        }

        byte[] end() {
            if (count >= MAX_LINE) {
                throw new IllegalArgumentException(
                        "a message of " + count + " bytes; at most " + (MAX_LINE - 1) + " fit into a line");
            }
            write('\n');
            return toByteArray();
        }
    }
}
