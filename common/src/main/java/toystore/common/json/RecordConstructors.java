package toystore.common.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.bean.PropertyValueBuffer;
import tools.jackson.databind.module.SimpleModule;

/**
 * Has records made by their constructors. Jackson does it by method handles that take any number of arguments, for which
 * it makes types and lists anew each time.
 */
public final class RecordConstructors {
    private RecordConstructors() {}

    /** For a mapper's builder. */
    public static JacksonModule module() {
        return new SimpleModule("records") {
            @Override
            public void setupModule(SetupContext context) {
                context.addValueInstantiators(new Instantiators());
            }
        };
    }

    private static final class Instantiators extends ValueInstantiators.Base {
        @Override
        public ValueInstantiator modifyValueInstantiator(
                DeserializationConfig config, BeanDescription.Supplier type, ValueInstantiator usual) {
            Class<?> made = type.getBeanClass();
            return made.isRecord() && usual.canCreateFromObjectWith()
                    ? new ByConstructor(canonical(made), usual)
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

    private static final class ByConstructor extends ValueInstantiator.Delegating {
        private final transient Constructor<?> constructor;

        ByConstructor(Constructor<?> constructor, ValueInstantiator usual) {
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
                return super.createFromObjectWith(context, values); // which refuses it in its own words
            }
        }
    }
}
