package toystore.wire.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PermissionsTest {
    private static final Set<Role> ANY = EnumSet.allOf(Role.class);
    private static final Set<Role> ORDERS = EnumSet.of(Role.ORDERS);
    private static final Set<Role> FRONTEND = EnumSet.of(Role.FRONTEND);

    /** A new request fails this test until somebody has decided who may send it. */
    @Test
    void saysForEveryRequestWhoMaySendIt() {
        Map<String, Set<Role>> expected = new TreeMap<>();
        for (String read : Set.of("get", "list", "watch", "stats")) {
            expected.put("catalog " + read, ANY);
        }
        for (String epoch : Set.of("position", "open", "apply", "activate", "reserve")) {
            expected.put("catalog " + epoch, ORDERS);
        }
        expected.put("catalog refresh", ORDERS);
        expected.put("catalog put", FRONTEND);
        for (String read : Set.of("get", "list", "stats")) {
            expected.put("orders " + read, ANY);
        }
        expected.put("orders place", FRONTEND);

        Map<String, Set<Role>> found = new TreeMap<>();
        for (Class<?> service : ServiceRequest.class.getPermittedSubclasses()) {
            String name = service.getSimpleName().toLowerCase(Locale.ROOT).replace("request", "");
            for (Class<?> request : service.getPermittedSubclasses()) {
                found.put(name + " " + ServiceRequest.typeOf(request), allowed(request));
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void allowNobodyARequestThatIsNotInTheTable() {
        assertThat(allowed(ServiceRequest.class)).isEmpty();
    }

    @Test
    void haveARefusalThatNamesTheRoleAndTheRequest() {
        Refusal refusal = Refusal.forbidden(Role.CATALOG, new OrdersRequest.Stats());

        assertThat(refusal.code()).isEqualTo(403);
        assertThat(refusal.message()).isEqualTo("the role catalog may not send stats");
    }

    @Test
    void knowARoleByTheExactNameInItsCertificate() {
        assertThat(Stream.of("frontend", "orders", "catalog").map(Role::named))
                .allSatisfy(role -> assertThat(role).isPresent());
        assertThat(Role.named("Orders")).isEmpty();
        assertThat(Role.named("mallory")).isEmpty();
    }

    private static Set<Role> allowed(Class<?> request) {
        return Arrays.stream(Role.values())
                .filter(role -> Permissions.allows(role, request))
                .collect(Collectors.toSet());
    }
}
