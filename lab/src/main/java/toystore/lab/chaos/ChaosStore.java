package toystore.lab.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import toystore.client.http.Origin;
import toystore.lab.shoppers.Violations;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabCatalog;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;

/** The store that a chaos run breaks. Thread-safe. */
final class ChaosStore implements Closeable {
    private static final List<Service> ALL = List.of(Service.values());

    private final List<LabStore> cells;

    /** A store that is not started yet. */
    ChaosStore(ChaosConfig config) throws IOException {
        cells = List.of(new LabStore(config.home(), new LabCatalog(), config.tls(), Map.of()));
    }

    /** Returns the faults that its parts can have, in an order that depends on the seed alone. */
    static Supplier<Fault> plan(ChaosConfig config) {
        FaultPlan services = new FaultPlan(config.seed());
        return () -> new CellFault(0, false, services.next());
    }

    /** Returns the name of a cell in messages; 0 is the first one. */
    static String name(int cell) {
        return "cell-" + (cell + 1);
    }

    List<LabStore> cells() {
        return cells;
    }

    List<Origin> frontends() {
        return cells.stream().map(LabStore::frontend).toList();
    }

    Path folder() {
        return cells.get(0).folder();
    }

    /** Starts all processes; does not wait until the services are ready. */
    void start() throws IOException {
        for (LabStore cell : cells) {
            cell.start(ALL);
        }
    }

    /** Starts the processes that are dead. */
    void repair() throws IOException {
        for (LabStore cell : cells) {
            cell.start(cell.dead());
        }
    }

    /** Kills all processes. */
    void kill() {
        cells.forEach(cell -> cell.kill(ALL));
    }

    /** Terminates all services, those first that use the others. */
    void terminate(Violations violations) throws InterruptedException {
        for (int cell = 0; cell < cells.size(); cell++) {
            terminate(cell, Service.FRONTEND, violations);
            terminate(cell, Service.ORDERS, violations);
            terminate(cell, Service.CATALOG, violations);
        }
    }

    /** Terminates a service; an end other than exit code 0 is a violation. */
    void terminate(int cell, Service service, Violations violations) throws InterruptedException {
        try {
            int exitCode = cells.get(cell).terminate(service);
            if (exitCode != 0) {
                violations.add(Kind.OTHER, service.toString(), "exit code " + exitCode + " after SIGTERM; expected 0");
            }
        } catch (IOException e) {
            violations.add(Kind.OTHER, service.toString(), e.getMessage() + " after SIGTERM");
        }
    }

    /** Returns the names of the processes that were started and have ended. */
    Collection<String> dead() {
        List<String> dead = new ArrayList<>();
        for (LabStore cell : cells) {
            cell.dead().forEach(service -> dead.add(service.toString()));
        }
        return dead;
    }

    /** Runs the audit, with its output in {@link #auditLog()}; returns its exit code. */
    int audit() throws IOException, InterruptedException {
        return cells.get(0).audit(auditLog());
    }

    Path auditLog() {
        return cells.get(0).log("audit");
    }

    /** Ends all processes. None can be started after that. */
    @Override
    public void close() {
        cells.forEach(LabStore::close);
    }

    /** Removes the folder of a store that is closed. */
    void delete() throws IOException {
        for (LabStore cell : cells) {
            cell.delete();
        }
    }
}
