package toystore.lab.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toystore.common.Threads;
import toystore.lab.room.ObservedStore.SeenProcess;
import toystore.lab.room.ObservedStore.SystemStatus;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;
import toystore.process.ServiceProcess;

/**
 * Kills, freezes, stops and starts the services of the lab's store, and no other process. Every action is an event.
 * Thread-safe.
 *
 * <p>An action on several services is carried out on those on which it is possible.
 */
final class ServiceControl {
    private final LabStore store;
    private final RoomTimeline timeline;
    private final OutageMonitor outages;

    @GuardedBy("this")
    private final Set<Service> frozen = EnumSet.noneOf(Service.class); // by this class; others may freeze, too

    @GuardedBy("this")
    private final Set<Service> stopping = EnumSet.noneOf(Service.class);

    /** An action that is not possible now. */
    static final class ConflictException extends Exception {
        private static final long serialVersionUID = 1;

        ConflictException(String message) {
            super(message);
        }
    }

    ServiceControl(LabStore store, RoomTimeline timeline, OutageMonitor outages) {
        this.store = store;
        this.timeline = timeline;
        this.outages = outages;
    }

    /** Returns the newest process of a service. */
    SeenProcess process(Service service) {
        ServiceProcess process = store.process(service);
        if (process == null) {
            return SeenProcess.NONE;
        }
        Integer exitCode = process.exitCode().isPresent() ? process.exitCode().getAsInt() : null;
        return new SeenProcess(process.pid(), process.started(), exitCode == null, exitCode);
    }

    boolean isAlive(Service service) {
        return process(service).alive();
    }

    synchronized boolean isFrozen(Service service) {
        SeenProcess process = process(service);
        return process.alive()
                && SystemStatus.of(process.pid()).map(SystemStatus::isFrozen).orElse(frozen.contains(service));
    }

    synchronized boolean isStopping(Service service) {
        return stopping.contains(service);
    }

    /** Kills services at the same moment with {@code kill -9}. Returns those that ran. */
    synchronized List<Service> kill(List<Service> services) throws ConflictException {
        List<Service> targets = those(services, this::isAlive, "runs");
        long t = timeline.now();
        store.kill(targets);
        frozen.removeAll(targets);
        outages.faultIsEffective(timeline.begin(EventKind.KILL, targets, "kill -9 " + names(targets), t));
        return targets;
    }

    /** Kills services and starts them again at once, as a supervisor does after a crash. */
    synchronized void crash(List<Service> services) throws ConflictException, IOException {
        start(kill(services));
    }

    /** Stops all threads of services with SIGSTOP. */
    synchronized void freeze(List<Service> services) throws ConflictException, IOException, InterruptedException {
        List<Service> targets =
                those(services, service -> isAlive(service) && !isFrozen(service), "runs and is not frozen");
        long t = timeline.now();
        store.freeze(targets);
        frozen.addAll(targets);
        outages.faultIsEffective(timeline.begin(EventKind.FREEZE, targets, "freeze " + names(targets), t));
    }

    /** Lets frozen services continue, with SIGCONT. */
    synchronized void thaw(List<Service> services) throws ConflictException, IOException, InterruptedException {
        List<Service> targets = those(services, this::isFrozen, "is frozen");
        store.resume(targets);
        frozen.removeAll(targets);
        timeline.add(EventKind.THAW, targets, "thaw " + names(targets), timeline.now());
    }

    /** Starts services; does not wait until they are ready. */
    synchronized void start(List<Service> services) throws ConflictException, IOException {
        List<Service> targets = those(services, service -> !isAlive(service), "is dead");
        store.start(targets);
        timeline.add(EventKind.START, targets, "start " + names(targets), timeline.now());
    }

    /** Sends SIGTERM to services, one after the other, the frontend first; does not wait for them. */
    synchronized void stop(List<Service> services) throws ConflictException {
        List<Service> targets =
                those(services, service -> isAlive(service) && !isStopping(service), "runs and is not stopping");
        stopping.addAll(targets);
        int event = timeline.begin(EventKind.STOP, targets, "stop " + names(targets), timeline.now());
        List<ServiceProcess> processes = targets.stream().map(store::process).toList();
        Threads.named("lab-stop", () -> terminate(processes, targets, event)).start();
    }

    /** Stops these processes, not those that are started in their places meanwhile. */
    private void terminate(List<ServiceProcess> processes, List<Service> targets, int event) {
        try {
            for (int i = processes.size() - 1; i >= 0; i--) {
                processes.get(i).terminate(LabStore.EXIT_TIMEOUT);
            }
        } catch (IOException late) {
            // it was killed then, and the service is shown with its exit code
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                stopping.removeAll(targets);
                frozen.removeAll(targets);
            }
            outages.faultIsEffective(event);
        }
    }

    private List<Service> those(List<Service> services, Predicate<Service> possible, String expected)
            throws ConflictException {
        List<Service> targets = Stream.of(Service.values())
                .filter(services::contains)
                .filter(possible)
                .toList();
        if (targets.isEmpty()) {
            String found = services.stream().map(this::describe).collect(Collectors.joining(", "));
            throw new ConflictException(found + "; expected a service that " + expected);
        }
        return targets;
    }

    private String describe(Service service) {
        return service
                + (isStopping(service)
                        ? " is stopping"
                        : isFrozen(service) ? " is frozen" : isAlive(service) ? " runs" : " is dead");
    }

    private static String names(List<Service> services) {
        return services.stream().map(Service::toString).collect(Collectors.joining(", "));
    }
}
