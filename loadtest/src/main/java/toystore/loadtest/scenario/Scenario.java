package toystore.loadtest.scenario;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.common.Address;
import toystore.loadtest.result.Kind;

/** What the clients of a load do. Thread-safe. */
public interface Scenario {
    /** In names of steps and files. */
    String name();

    Address target();

    /** The kinds of requests in it. */
    List<Kind> kinds();

    /** Of buying what was just looked at; null where there is no such chance. */
    default Double probability() {
        return null;
    }

    /** A client that has asked for nothing yet. */
    VirtualUser visitor(RandomGenerator random);

    default boolean buys() {
        return kinds().contains(Kind.BUY);
    }
}
