package toystore.loadtest.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.plan.Task.Steps;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Shop;
import toystore.loadtest.scenario.StoreScenario.Workload;

/**
 * The default load test: buy-only, query-only and mixed load, each with several numbers of clients.
 *
 * <p>A step continues for its minimum time after its rounds, but leaves the units that later steps need for their
 * rounds. So on a store with few units steps are shorter, and none of them measures sold-out responses.
 *
 * @param probability of an order in the mixed load
 * @param clients of the steps of each load
 * @param rounds of each client in a step, at least
 * @param time of a step, at least
 * @param repeat how often all steps run
 */
public record Exercise(
        Shop shop, double probability, List<Integer> clients, int rounds, Duration time, Duration timeout, int repeat) {
    public Exercise {
        clients = List.copyOf(clients);
    }

    /** The steps. Units that no round needs are divided among the steps that buy. */
    public Steps steps() {
        List<Step> steps = new ArrayList<>();
        for (Workload workload : List.of(Workload.BUY, Workload.QUERY, Workload.MIXED)) {
            for (int n : clients) {
                StopCondition stop = StopCondition.ofRounds(rounds, time);
                steps.add(new Step(workload.in(shop, probability), n, new LoadModel.Closed(), stop, timeout, 0));
            }
        }
        long buying = steps.stream().filter(step -> step.scenario().buys()).count();
        long stock = shop.stock().total() / repeat;
        long last = stock / 10; // is never sold: the last units are hard to find
        long needed = orders() / repeat;
        long spare = Math.max(0, stock - last - LoadTest.warmUpOrders(shop.stock()) / repeat - needed);
        long later = buying;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            needed -= orders(step.scenario(), step.clients());
            later -= step.scenario().buys() ? 1 : 0;
            steps.set(i, step.keeping(last + needed + (buying == 0 ? 0 : spare * later / buying)));
        }
        return new Steps(Axis.CLIENTS, steps);
    }

    /** The approximate number of units that all rounds need. */
    public long orders() {
        long orders = 0;
        for (int n : clients) {
            orders += orders(Workload.BUY.in(shop, probability), n) + orders(Workload.MIXED.in(shop, probability), n);
        }
        return orders * repeat;
    }

    private long orders(Scenario scenario, int n) {
        double share = !scenario.buys() ? 0 : scenario.probability() == null ? 1 : scenario.probability();
        return (long) Math.ceil(share * rounds * n);
    }
}
