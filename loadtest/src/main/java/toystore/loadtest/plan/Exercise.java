package toystore.loadtest.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.StopCondition;
import toystore.loadtest.result.Axis;
import toystore.loadtest.scenario.Buy;
import toystore.loadtest.scenario.Mixed;
import toystore.loadtest.scenario.Query;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Shop;

/**
 * The classic exercise: buy-only, query-only and mixed load, each with a growing number of clients. A step goes on for a
 * while after its rounds, but buys nothing then that later steps need for theirs: on a store with few units they are
 * shorter, and none of them measures sold-out answers.
 *
 * @param clients of the steps of each load
 * @param rounds of each client in a step, at least
 * @param time of a step, at least
 * @param repeat how often all of it will be run
 */
public record Exercise(
        Shop shop, double probability, List<Integer> clients, int rounds, Duration time, Duration timeout, int repeat) {
    public Exercise {
        clients = List.copyOf(clients);
    }

    /** The steps; what is not needed for the rounds is divided among those that buy. */
    public Steps steps() {
        List<Step> steps = new ArrayList<>();
        for (Scenario load : List.of(new Buy(shop), new Query(shop), new Mixed(shop, probability))) {
            for (int n : clients) {
                steps.add(new Step(load, n, new LoadModel.Closed(), StopCondition.ofRounds(rounds, time), timeout, 0));
            }
        }
        long buying = steps.stream().filter(step -> step.scenario().buys()).count();
        long stock = shop.stock().total() / repeat;
        long last = stock / 10; // the last units of all are hard to find, and stay
        long needed = orders() / repeat;
        long spare = Math.max(0, stock - last - LoadTest.warmUpOrders(shop.stock()) / repeat - needed);
        long after = buying;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            needed -= orders(step.scenario(), step.clients());
            after -= step.scenario().buys() ? 1 : 0;
            steps.set(i, step.keeping(last + needed + (buying == 0 ? 0 : spare * after / buying)));
        }
        return new Steps(Axis.CLIENTS, steps);
    }

    /** How many units the rounds take, about. */
    public long orders() {
        long orders = 0;
        for (int n : clients) {
            orders += orders(new Buy(shop), n) + orders(new Mixed(shop, probability), n);
        }
        return orders * repeat;
    }

    private long orders(Scenario load, int n) {
        double share = !load.buys() ? 0 : load.probability() == null ? 1 : load.probability();
        return (long) Math.ceil(share * rounds * n);
    }
}
