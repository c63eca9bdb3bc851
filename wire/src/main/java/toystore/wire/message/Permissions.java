package toystore.wire.message;

import static java.util.Map.entry;
import static toystore.wire.message.Role.FRONTEND;
import static toystore.wire.message.Role.ORDERS;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which role may send which request. A request that is not in the table is allowed to nobody.
 *
 * <p>It holds between services that prove their roles with certificates. Without certificates, there are no roles, and
 * every process that reaches the port may send everything.
 */
public final class Permissions {
    private static final Set<Role> ANY = EnumSet.allOf(Role.class);

    private static final Map<Class<?>, Set<Role>> SENDERS = Map.ofEntries(
            // to the catalog
            entry(CatalogRequest.Get.class, ANY),
            entry(CatalogRequest.List.class, ANY),
            entry(CatalogRequest.Watch.class, ANY),
            entry(CatalogRequest.Stats.class, ANY),
            entry(CatalogRequest.Put.class, EnumSet.of(FRONTEND)),
            entry(CatalogRequest.Position.class, EnumSet.of(ORDERS)),
            entry(CatalogRequest.Open.class, EnumSet.of(ORDERS)),
            entry(CatalogRequest.Apply.class, EnumSet.of(ORDERS)),
            entry(CatalogRequest.Activate.class, EnumSet.of(ORDERS)),
            entry(CatalogRequest.Reserve.class, EnumSet.of(ORDERS)),
            entry(CatalogRequest.Refresh.class, EnumSet.of(ORDERS)),
            // to orders
            entry(OrdersRequest.Get.class, ANY),
            entry(OrdersRequest.List.class, ANY),
            entry(OrdersRequest.Stats.class, ANY),
            entry(OrdersRequest.Place.class, EnumSet.of(FRONTEND)));

    private Permissions() {}

    /** Returns whether a service of that role may send that request. */
    public static boolean allows(Role role, ServiceRequest<?> request) {
        return allows(role, request.getClass());
    }

    static boolean allows(Role role, Class<?> request) {
        return SENDERS.getOrDefault(request, Set.of()).contains(role);
    }
}
