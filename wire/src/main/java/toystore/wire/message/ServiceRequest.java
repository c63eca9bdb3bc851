package toystore.wire.message;

import java.util.Locale;

/**
 * A request to one service. The {@code type} of the message is the record's name in lower case.
 *
 * @param <R> the reply if the service carries it out; otherwise the service replies with a {@link Refusal}
 */
public sealed interface ServiceRequest<R extends Reply> permits CatalogRequest, OrdersRequest {
    /** The record of the reply. */
    Class<R> replyType();

    /**
     * Whether callers send it over a connection that they share, without waiting for earlier replies. The service
     * handles it at once, and may reply later, with a {@link DeferredReply}.
     */
    default boolean sharesConnection() {
        return false;
    }

    /** The {@code type} of the message. */
    default String type() {
        return typeOf(getClass());
    }

    /** The {@code type} of the messages of this record class. */
    static String typeOf(Class<?> message) {
        return Types.NAMES.get(message);
    }

    /** Caches the types. */
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
