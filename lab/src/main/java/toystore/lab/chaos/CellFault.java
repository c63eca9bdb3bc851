package toystore.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import toystore.lab.chaos.ServiceFault.FaultKind;
import toystore.lab.shoppers.LabRun;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;

/**
 * A fault of the services of one cell.
 *
 * @param cell 0 is the first one
 * @param ofMany whether the store has more cells, so that messages name this one
 */
record CellFault(int cell, boolean ofMany, ServiceFault fault) implements Fault {
    @Override
    public Duration before() {
        return fault.before();
    }

    @Override
    public String category() {
        return fault.category();
    }

    @Override
    public boolean affects(int otherCell) {
        return otherCell == cell;
    }

    @Override
    public List<String> killed() {
        return fault.kind() == FaultKind.KILL
                ? fault.targets().stream().map(Service::toString).toList()
                : List.of();
    }

    @Override
    public String inject(ChaosStore store, LabRun run) throws IOException, InterruptedException {
        LabStore target = store.cells().get(cell);
        List<Service> services = fault.targets();
        switch (fault.kind()) {
            case KILL -> {
                target.kill(services);
                run.awaitEnd(fault.down());
                target.start(services);
            }
            case FREEZE -> {
                target.freeze(services);
                run.awaitEnd(fault.down());
                target.resume(services);
            }
            case TERMINATE -> {
                for (Service service : services) {
                    store.terminate(cell, service, run.violations());
                }
                target.start(services);
            }
        }
        return "";
    }

    @Override
    public String toString() {
        return fault.toString(ofMany ? ChaosStore.name(cell) + " " : "");
    }
}
