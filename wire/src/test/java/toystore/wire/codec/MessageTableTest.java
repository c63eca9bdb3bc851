package toystore.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.Refusal;
import toystore.wire.message.ServiceRequest;

/** Compares the table of messages in the Javadoc of {@link MessageCodec} with the records that it describes. */
class MessageTableTest {
    private static final Path SOURCE = Path.of("src/main/java/toystore/wire/codec/MessageCodec.java");
    private static final Map<String, Class<?>> SERVICES =
            Map.of("catalog", CatalogRequest.class, "orders", OrdersRequest.class);
    private static final Pattern ROW = Pattern.compile("^ \\* {3}(\\w+) +(\\{.*)$");

    @Test
    void hasEachRequestWithItsFieldsAndThoseOfItsReply() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        SERVICES.forEach((service, requests) -> {
            for (Class<?> request : requests.getPermittedSubclasses()) {
                String type = ServiceRequest.typeOf(request);
                expected.put(service + " " + type, requestOf(type, request) + replyOf(request));
            }
        });
        expected.put("refusal", "{" + fields(Refusal.class) + "}");

        assertThat(table()).isEqualTo(expected);
    }

    /** The rows without their white space, by service and type. */
    private static Map<String, String> table() throws IOException {
        String source = Files.readString(SOURCE);
        String pre = source.substring(source.indexOf(" * <pre>\n"), source.indexOf(" * </pre>"));
        Map<String, String> rows = new TreeMap<>();
        List<String> keys = new ArrayList<>();
        for (String line : pre.lines().skip(1).toList()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                keys.add(row.group(1) + typeIn(row.group(2)));
                assertThat(rows.put(keys.get(keys.size() - 1), row.group(2)))
                        .as("an earlier row like " + line)
                        .isNull();
            } else {
                String more = line.replaceFirst(" \\* +", "").replace(", again and again", "");
                rows.merge(keys.get(keys.size() - 1), more, String::concat);
            }
        }
        return rows;
    }

    private static String typeIn(String request) {
        Matcher type = Pattern.compile("\\{\"type\":\"(\\w+)\".*").matcher(request);
        return type.matches() ? " " + type.group(1) : "";
    }

    private static String requestOf(String type, Class<?> request) {
        String fields = fields(request);
        return "{\"type\":\"" + type + "\"" + (fields.isEmpty() ? "" : ",") + fields + "}";
    }

    private static String replyOf(Class<?> request) {
        ParameterizedType implemented = (ParameterizedType) request.getGenericInterfaces()[0];
        String fields = fields((Class<?>) implemented.getActualTypeArguments()[0]);
        return "{\"code\":1" + (fields.isEmpty() ? "" : ",") + fields + "}";
    }

    private static String fields(Class<?> message) {
        return Stream.of(message.getRecordComponents())
                .map(MessageTableTest::field)
                .collect(Collectors.joining(","));
    }

    private static String field(RecordComponent component) {
        String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        if (component.getType().isRecord()) {
            return "\"" + name + "\":{" + fields(component.getType()) + "}";
        }
        if (component.getGenericType() instanceof ParameterizedType list) {
            Type element = list.getActualTypeArguments()[0];
            String entry = element == String.class ? "\"\"" : "{" + fields((Class<?>) element) + "}";
            return "\"" + name + "\":[" + entry + "…]";
        }
        return "\"" + name + "\"";
    }
}
