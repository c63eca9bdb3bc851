package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Answer;
import toystore.client.http.HttpRequest;
import toystore.common.Address;
import toystore.common.Shown;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.Outcome;
import toystore.loadtest.scenario.Request;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Visitor;

/**
 * Requests that are answered alike, each time any of them. Only one status is an answer: a quick refusal must not make
 * anything look quick.
 */
record Requests(Address target, List<HttpRequest> requests, int status) implements Scenario {
    private static final Visitor.Verdict OK = new Visitor.Verdict(Outcome.OK, null);
    private static final int SHOWN = 120;

    Requests {
        requests = List.copyOf(requests);
    }

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public List<Kind> kinds() {
        return List.of(Kind.REQUEST);
    }

    @Override
    public Visitor visitor(RandomGenerator random) {
        List<Request> all = requests.stream()
                .map(http -> new Request(Kind.REQUEST, http, 0))
                .toList();
        return new Visitor() {
            @Override
            public Request next() {
                return all.get(all.size() == 1 ? 0 : random.nextInt(all.size()));
            }

            @Override
            public Verdict judge(Request request, Answer answer) {
                return answer.status() == status ? OK : refused(answer);
            }
        };
    }

    private Visitor.Verdict refused(Answer answer) {
        String body = Shown.of(new String(answer.body(), UTF_8).strip(), SHOWN);
        return new Visitor.Verdict(Outcome.ERROR, "status " + answer.status() + " and not " + status + ": " + body);
    }
}
