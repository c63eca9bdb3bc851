package toystore.common.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.bean.PropertyValueBuffer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * The set-up of Jackson for all JSON of the store: messages, files, HTTP and reports.
 *
 * <ul>
 *   <li>Names are in snake case. Fields are written in the order of the record; a field that is {@code null} is left
 *       out.
 *   <li>Times are written as RFC 3339 has them, prices without an exponent.
 *   <li>A value is read only from its own type: no number from a string, no whole number from {@code 5.0}. Unknown
 *       fields are ignored.
 * </ul>
 */
public final class JsonMappers {
    private JsonMappers() {}

    /** The usual set-up. */
    public static JsonMapper.Builder builder() {
        return builder(factory().build());
    }

    /** The usual set-up, for files that people edit: a field that is unknown or occurs twice is an error, too. */
    public static JsonMapper.Builder strictBuilder() {
        return builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /** The usual set-up, with limits for what is read. */
    public static JsonMapper.Builder builder(JsonFactory factory) {
        return JsonMapper.builder(factory)
                .addModule(InstantFormat.module())
                .addModule(new RecordModule())
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    }

    /**
     * The usual set-up, for what the store's own programs write and read: always in UTF-8 (RFC 8259, section 8.1). Any
     * other set-up recognizes UTF-16 and UTF-32, too, and looks for them in each text.
     */
    public static JsonMapper.Builder internalBuilder() {
        return builder(
                factory().disable(TokenStreamFactory.Feature.CHARSET_DETECTION).build());
    }

    /**
     * A factory whose buffers belong to the thread. By default all threads share one queue of buffers, which then
     * travel from processor to processor.
     */
    public static JsonFactoryBuilder factory() {
        return JsonFactory.builder().recyclerPool(JsonRecyclerPools.threadLocalPool());
    }

    /**
     * Creates records by their constructors. Jackson uses method handles that take any number of arguments, and
     * builds types and lists for them each time.
     */
    private static final class RecordModule extends SimpleModule {
        private static final long serialVersionUID = 1;

        RecordModule() {
            super("records");
        }

        @Override
        public void setupModule(SetupContext context) {
            context.addValueInstantiators(new RecordInstantiators());
        }
    }

    private static final class RecordInstantiators extends ValueInstantiators.Base {
        @Override
        public ValueInstantiator modifyValueInstantiator(
                DeserializationConfig config, BeanDescription.Supplier type, ValueInstantiator usual) {
            Class<?> beanClass = type.getBeanClass();
            return beanClass.isRecord() && usual.canCreateFromObjectWith()
                    ? new RecordInstantiator(canonical(beanClass), usual)
                    : usual;
        }

        private static Constructor<?> canonical(Class<?> type) {
            Class<?>[] types = Stream.of(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor;
            } catch (NoSuchMethodException e) {
                throw new IllegalArgumentException(type + " is a record without its constructor", e);
            }
        }
    }

    private static final class RecordInstantiator extends ValueInstantiator.Delegating {
        private final transient Constructor<?> constructor;

        RecordInstantiator(Constructor<?> constructor, ValueInstantiator usual) {
            super(usual);
            this.constructor = constructor;
        }

        @Override
        public Object createFromObjectWith(
                DeserializationContext context, SettableBeanProperty[] properties, PropertyValueBuffer values) {
            return createFromObjectWith(context, values.getParameters(context, properties));
        }

        @Override
        public Object createFromObjectWith(DeserializationContext context, Object[] values) {
            try {
                return constructor.newInstance(values);
            } catch (ReflectiveOperationException | IllegalArgumentException refused) {
                return super.createFromObjectWith(context, values); // throws the error in Jackson's words
            }
        }
    }
}
