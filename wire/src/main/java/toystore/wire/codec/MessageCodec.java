package toystore.wire.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.type.LogicalType;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Request;
import toystore.wire.trace.Trace;

/**
 * Messages to bytes and back; thread-safe. A message is one JSON object on one line: UTF-8, ended by a line feed, at
 * most {@value #MAX_LINE} bytes with it. Names are in snake case, absent fields are left out, unknown fields are
 * ignored. Replies come in the order of the requests.
 *
 * <pre>
 *   to        request                                     reply
 *   catalog   {"type":"get","name"}                       {"code":1,"name","price","quantity","version"}
 *   catalog   {"type":"list","after","limit"}             {"code":1,"products":[{"name","price","quantity","version"}…],"next"}
 *   catalog   {"type":"put","name","price","add"}         {"code":1,"name","price","quantity","version"}
 *   catalog   {"type":"open","log","head"}                {"code":1,"epoch","as_of"}
 *   catalog   {"type":"sold","epoch","orders":[{"number","name","quantity","reservation"}…]}
 *                                                         {"code":1,"as_of"}
 *   catalog   {"type":"ready","epoch","head"}             {"code":1,"as_of"}
 *   catalog   {"type":"post","name","quantity","epoch","reservation"}
 *                                                         {"code":1,"price","quantity","version"}
 *   orders    {"type":"post","name","quantity","key"}     {"code":1,"order_number","name","quantity","price","time","version"}
 *   orders    {"type":"get","order_number"}               {"code":1,"order_number","name","quantity","price","time"}
 *   either    {"type":"stats"}                            {"code":1,…counters}
 *   refused                                               {"code":404,"message","reason","available"}
 * </pre>
 *
 * {@code type} is written first in a request and may be read anywhere in it; {@code code} comes first in a reply. Every
 * request may carry {@code "trace":"…"}, the id of the shopper's request that it belongs to. It is no part of the
 * records: {@link #encode(Request, String)} adds it and {@link #traceOf} finds it. One that is no {@link Trace} is none.
 */
public final class MessageCodec {
    /** Bytes in a line, its line feed included. */
    public static final int MAX_LINE = 64 * 1024;

    private static final int SHOWN = 100;
    private static final byte[] TRACE_NAME = "\"trace\"".getBytes(US_ASCII);
    private static final byte[] TRACE = ",\"trace\":\"".getBytes(US_ASCII);
    private static final byte[] TRACE_END = "\"}\n".getBytes(US_ASCII);
    private static final JsonMapper MAPPER = mapper();
    /** One for each type of message: to make one takes about as long as to read a message. */
    private static final ClassValue<ObjectReader> READERS = new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
            return MAPPER.readerFor(type);
        }
    };

    private static final ObjectReader REFUSAL_READER = MAPPER.readerFor(Refusal.class);
    private static final ObjectWriter REQUEST_WRITER = MAPPER.writerFor(Request.class);
    private static final ObjectWriter SUCCESS_WRITER = MAPPER.writerFor(Success.class);
    private static final ObjectWriter REFUSAL_WRITER = MAPPER.writerFor(Refusal.class);

    private MessageCodec() {}

    /** The line of a request, with its line feed. */
    public static byte[] encode(Request<?> request) {
        return line(REQUEST_WRITER.writeValueAsBytes(request));
    }

    /**
     * The line of a request, with its line feed, that carries a trace as long as it fits.
     *
     * @param trace a valid one, which needs no escaping; {@code null} for none
     */
    public static byte[] encode(Request<?> request, String trace) {
        byte[] json = REQUEST_WRITER.writeValueAsBytes(request);
        if (trace == null || json.length + TRACE.length + trace.length() + 1 >= MAX_LINE) {
            return line(json);
        }
        ByteArrayOutputStream traced = new ByteArrayOutputStream(json.length + TRACE.length + trace.length() + 2);
        traced.write(json, 0, json.length - 1);
        traced.writeBytes(TRACE);
        traced.writeBytes(trace.getBytes(US_ASCII));
        traced.writeBytes(TRACE_END);
        return traced.toByteArray();
    }

    /** The line of a reply, with its line feed. */
    public static byte[] encode(Reply reply) {
        return line(SUCCESS_WRITER.writeValueAsBytes(new Success(Reply.OK, reply)));
    }

    /** The line of a refusal, with its line feed. */
    public static byte[] encode(Refusal refusal) {
        return line(REFUSAL_WRITER.writeValueAsBytes(refusal));
    }

    /**
     * A request out of a line.
     *
     * @param service the sealed interface of the requests that this service takes
     * @param line without its line feed
     */
    public static <Q extends Request<?>> Q decodeRequest(Class<? super Q> service, byte[] line)
            throws MalformedMessageException {
        if (!startsAnObject(line)) {
            throw new MalformedMessageException("expected a JSON object");
        }
        try {
            return READERS.get(service).readValue(line);
        } catch (InvalidTypeIdException e) {
            throw new MalformedMessageException(
                    "type is " + (e.getTypeId() == null ? "missing" : Shown.of(e.getTypeId(), SHOWN))
                            + "; expected one of " + typesOf(service));
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    /**
     * The trace that a request carries; {@code null} if there is none, or it is not valid. A line that does not speak of
     * a trace is not parsed for that.
     *
     * @param line of the request, without its line feed
     */
    public static String traceOf(byte[] line) {
        String last = lastTraceOf(line);
        if (last != null || !mentionsTrace(line)) {
            return last;
        }
        try (JsonParser parser = MAPPER.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("trace")) {
                    String trace = value == JsonToken.VALUE_STRING ? parser.getString() : null;
                    return Trace.isValid(trace) ? trace : null;
                }
                parser.skipChildren();
            }
            return null;
        } catch (JacksonException notJson) {
            return null; // which whoever reads the request will say
        }
    }

    /**
     * A reply out of a line.
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
                throw new RefusedException(REFUSAL_READER.readValue(line));
            }
            parser.nextToken();
            return READERS.get(type).readValue(parser);
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private static byte[] line(byte[] json) {
        if (json.length >= MAX_LINE) {
            throw new IllegalArgumentException(
                    "a message of " + json.length + " bytes; at most " + (MAX_LINE - 1) + " fit into a line");
        }
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    private static boolean startsAnObject(byte[] line) {
        int i = 0;
        while (i < line.length && (line[i] == ' ' || line[i] == '\t')) {
            i++;
        }
        return i < line.length && line[i] == '{';
    }

    /**
     * The trace where {@link #encode(Request, String)} puts it: at the end of the object. No string can end so: within
     * one a quotation mark is escaped. {@code null} if it is not there.
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

    private static String typesOf(Class<?> service) {
        return Stream.of(service.getPermittedSubclasses())
                .map(Request::typeOf)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static MalformedMessageException malformed(JacksonException e) {
        String place = Complaint.place(e);
        return new MalformedMessageException((place.isEmpty() ? "" : place + ": ") + Complaint.reason(e));
    }

    private static JsonMapper mapper() {
        return JsonMapper.builder(JsonBuffers.factory().build())
                .addModule(Moments.module())
                .addModule(Records.module())
                .addMixIn(Request.class, Typed.class)
                .registerSubtypes(Stream.<Class<?>>of(CatalogRequest.class, OrdersRequest.class)
                        .flatMap(service -> Stream.of(service.getPermittedSubclasses()))
                        .map(message -> new NamedType(message, Request.typeOf(message)))
                        .toArray(NamedType[]::new))
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE, EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Typed {}

    private record Success(int code, @JsonUnwrapped Object reply) {}
}
