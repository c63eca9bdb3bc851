package toystore.wire.message;

import java.util.Locale;

/**
 * Asks one service for one thing. The message's {@code type} is the record's name in lower case.
 *
 * @param <R> the reply when the service does it; otherwise it answers with a {@link Refusal}
 */
public sealed interface ServiceRequest<R extends Reply> permits CatalogRequest, OrdersRequest {
    /** The record that a successful reply is read into. */
    Class<R> replyType();

    /** The {@code type} that stands in the message. */
    default String type() {
        return typeOf(getClass());
    }

    /** The {@code type} of the messages that are records of this class. */
    static String typeOf(Class<?> message) {
        return Types.NAMES.get(message);
    }

    /** The types that were asked for. */
    final class Types {
        private static final ClassValue<String> NAMES = new ClassValue<>() {
            @Override
            protected String computeValue(Class<?> message) {
                return message.getSimpleName().toLowerCase(Locale.ROOT);
            }
        };

        private Types() {}
    }
}
