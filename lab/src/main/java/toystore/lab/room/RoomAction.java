package toystore.lab.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import toystore.lab.store.LabStore.Service;

/**
 * An action of the page: the JSON of {@code POST /api/action}. Fields that its kind does not need are null.
 *
 * @param action {@code kill}, {@code freeze}, {@code thaw}, {@code stop} or {@code start} of services; {@code random},
 *     {@code check} or {@code mode}
 * @param restart whether services are started again at once after a kill, as by a supervisor; null means yes
 */
record RoomAction(
        String action, List<String> services, Boolean restart, Boolean on, Long seed, String mode, Boolean correct) {

    /** Returns the services, at least one. */
    List<Service> targets() {
        if (services == null || services.isEmpty()) {
            throw new IllegalArgumentException("services is missing; expected at least one of " + names());
        }
        List<Service> targets = new ArrayList<>();
        for (String name : services) {
            Service found = null;
            for (Service service : Service.values()) {
                found = service.toString().equals(name) ? service : found;
            }
            if (found == null) {
                throw new IllegalArgumentException("services has " + name + "; expected some of " + names());
            }
            targets.add(found);
        }
        return targets;
    }

    private static String names() {
        return List.of(Service.values()).toString().toLowerCase(Locale.ROOT);
    }

    boolean isOn() {
        if (on == null) {
            throw new IllegalArgumentException("on is missing; expected true or false");
        }
        return on;
    }

    boolean isRestarted() {
        return !Boolean.FALSE.equals(restart);
    }

    /** Returns the seed, or another one if the page gives none. */
    long seedOr(long other) {
        return seed == null ? other : seed;
    }
}
