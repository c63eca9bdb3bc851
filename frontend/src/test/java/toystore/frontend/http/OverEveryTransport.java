package toystore.frontend.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs all tests of a class over each {@link TestTransport}. The class may have it as a parameter of its constructor.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(OverEveryTransport.Provider.class)
public @interface OverEveryTransport {

    /** Makes an invocation of the class for each transport. */
    final class Provider implements ClassTemplateInvocationContextProvider {
        private static final Namespace NAMESPACE = Namespace.create(OverEveryTransport.class);

        @Override
        public boolean supportsClassTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
            return Arrays.stream(TestTransport.values()).map(Invocation::new);
        }

        /** The transport of a test or its class; plain if it does not run over each. */
        static TestTransport transport(ExtensionContext context) {
            return context.getStore(NAMESPACE)
                    .getOrDefault(TestTransport.class, TestTransport.class, TestTransport.PLAIN);
        }
    }

    /** The tests of a class over one transport. */
    final class Invocation implements ClassTemplateInvocationContext, ParameterResolver {
        private final TestTransport transport;

        Invocation(TestTransport transport) {
            this.transport = transport;
        }

        @Override
        public String getDisplayName(int index) {
            return transport.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void prepareInvocation(ExtensionContext context) {
            context.getStore(Provider.NAMESPACE).put(TestTransport.class, transport);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == TestTransport.class
                    && parameter.getDeclaringExecutable() instanceof Constructor;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return transport;
        }
    }
}
