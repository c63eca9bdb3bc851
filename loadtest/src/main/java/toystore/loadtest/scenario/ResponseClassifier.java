package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import toystore.client.http.HttpConnection.Answer;
import toystore.common.Abbreviated;
import toystore.loadtest.result.RequestOutcome;
import toystore.loadtest.scenario.VirtualUser.Verdict;

/** Tells by an answer what became of a request. */
final class ResponseClassifier {
    private static final int SHOWN = 120;
    private static final int UNAVAILABLE = 503;

    private ResponseClassifier() {}

    /** By its status alone. */
    static Verdict byStatus(Answer answer) {
        int status = answer.status();
        if (status < 400) {
            return Verdict.OK;
        }
        return failure(status < 500 || status == UNAVAILABLE ? RequestOutcome.REFUSED : RequestOutcome.ERROR, answer);
    }

    static Verdict failure(RequestOutcome outcome, Answer answer) {
        String body = Abbreviated.of(new String(answer.body(), UTF_8).strip(), SHOWN);
        return new Verdict(outcome, "status " + answer.status() + (body.isEmpty() ? "" : ": " + body));
    }

    /**
     * The whole number that a field of a JSON object has, found without reading the rest: a load test has no time for it.
     *
     * @param field with its quotes and colon: {@code "quantity":}
     * @return -1 if there is none
     */
    static long number(byte[] json, byte[] field) {
        int at = end(json, field);
        if (at < 0) {
            return -1;
        }
        while (at < json.length && json[at] == ' ') {
            at++;
        }
        long number = -1;
        for (; at < json.length && json[at] >= '0' && json[at] <= '9'; at++) {
            number = 10 * Math.max(0, number) + json[at] - '0';
        }
        return number;
    }

    /** Where the text ends that is looked for; -1 if it is not there. */
    private static int end(byte[] json, byte[] wanted) {
        for (int i = 0; i + wanted.length <= json.length; i++) {
            int same = 0;
            while (same < wanted.length && json[i + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return i + same;
            }
        }
        return -1;
    }
}
