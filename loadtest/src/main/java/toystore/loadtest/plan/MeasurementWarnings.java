package toystore.loadtest.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;
import toystore.loadtest.result.Share;

/** Finds out what makes the results of a load test doubtful. */
public final class MeasurementWarnings {
    private static final int MAX_NAMES = 3;

    /** A send lag is worth a warning if it is above this share of the median latency and above this time. */
    private static final double MAX_LAG = 0.5;

    private static final double MAX_LAG_MS = 1;

    private MeasurementWarnings() {}

    /**
     * The warnings, each a sentence; empty if there are none.
     *
     * @param sessionThreads the number of connections that the service serves at once; empty if that is unknown
     */
    public static List<String> of(List<StepResult> steps, OptionalInt sessionThreads) {
        List<String> warnings = new ArrayList<>();
        soldOut(steps, warnings);
        cut(steps, warnings);
        failures(steps, warnings);
        unsent(steps, warnings);
        sessionThreads.ifPresent(threads -> manyClients(steps, threads, warnings));
        unsolicited(steps, warnings);
        sendLag(steps, warnings);
        return warnings;
    }

    private static void soldOut(List<StepResult> steps, List<String> warnings) {
        long soldOut = 0;
        long buys = 0;
        for (StepResult step : steps) {
            KindResult kind = step.kind(Kind.BUY).orElse(new KindResult(Kind.BUY, List.of()));
            soldOut += kind.count(RequestOutcome.SOLD_OUT);
            buys += kind.count();
        }
        if (soldOut > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%s of the buys were sold out (%d of %d), which is not part of the latencies of buys;"
                            + " --restock adds units",
                    Share.of(soldOut, buys),
                    soldOut,
                    buys));
        }
    }

    private static void cut(List<StepResult> steps, List<String> warnings) {
        steps.stream()
                .flatMap(step -> step.runs().stream())
                .map(RunResult::cut)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(reason -> warnings.add("Ended before its time, because " + reason + ": "
                        + names(steps, step -> step.runs().stream().anyMatch(run -> reason.equals(run.cut())))));
    }

    private static void failures(List<StepResult> steps, List<String> warnings) {
        for (RequestOutcome outcome : RequestOutcome.values()) {
            long count = steps.stream().mapToLong(step -> step.count(outcome)).sum();
            long all = steps.stream().mapToLong(StepResult::count).sum();
            if (outcome.isFailure() && count > 0) {
                String example = steps.stream()
                        .flatMap(step -> step.kinds().stream())
                        .flatMap(kind -> kind.outcome(outcome).stream())
                        .map(OutcomeResult::example)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse("");
                warnings.add(String.format(
                        Locale.ROOT,
                        "%d of %d requests failed (%s), outcome \"%s\", in %s; the first: %s",
                        count,
                        all,
                        Share.of(count, all),
                        outcome.label(),
                        names(steps, step -> step.count(outcome) > 0),
                        example));
            }
        }
    }

    private static void unsent(List<StepResult> steps, List<String> warnings) {
        for (StepResult step : steps) {
            if (step.unsent() > 0) {
                long due = step.count() + step.unsent();
                warnings.add(String.format(
                        Locale.ROOT,
                        "%d of %d requests that were due (%s) were never sent in \"%s\", because all %d connections"
                                + " waited for responses: its latencies are too low",
                        step.unsent(),
                        due,
                        Share.of(step.unsent(), due),
                        step.name(),
                        step.clients()));
            }
        }
    }

    private static void manyClients(List<StepResult> steps, int threads, List<String> warnings) {
        String names = names(steps, step -> step.clients() > threads);
        if (!names.isEmpty()) {
            warnings.add("More clients than the " + threads + " connections that the store serves at once"
                    + " (--session-threads): it closes idle ones to let others in, so requests took longer, and some"
                    + " may have failed: " + names);
        }
    }

    private static void unsolicited(List<StepResult> steps, List<String> warnings) {
        long count = steps.stream().mapToLong(StepResult::unsolicited).sum();
        if (count > 0) {
            warnings.add(count + (count == 1 ? " connection was" : " connections were")
                    + " closed, because the server sent data while no request was in progress, in "
                    + names(steps, step -> step.unsolicited() > 0)
                    + ": data that it sends during a request is taken for the response, so latencies and outcomes may"
                    + " belong to other requests");
        }
    }

    private static void sendLag(List<StepResult> steps, List<String> warnings) {
        String late = names(steps, MeasurementWarnings::isLate);
        if (!late.isEmpty()) {
            warnings.add("The load generator itself sent some requests late, which is part of the latencies (not of the"
                    + " service times): " + late);
        }
    }

    private static boolean isLate(StepResult step) {
        double median = step.kinds().stream()
                .flatMap(kind -> kind.latency().stream())
                .mapToDouble(latency -> latency.p50())
                .min()
                .orElse(0);
        return step.runs().stream()
                .anyMatch(
                        run -> run.sendLag() != null && run.sendLag() > MAX_LAG_MS && run.sendLag() > MAX_LAG * median);
    }

    private static String names(List<StepResult> steps, Predicate<StepResult> affected) {
        List<String> names =
                steps.stream().filter(affected).map(StepResult::name).toList();
        String shown =
                names.stream().limit(MAX_NAMES).map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
        return names.size() <= MAX_NAMES
                ? shown
                : shown + " and " + (names.size() - MAX_NAMES)
                        + (names.size() == MAX_NAMES + 1 ? " more step" : " more steps");
    }
}
