package toystore.loadtest.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.KindResult;
import toystore.loadtest.result.OutcomeResult;
import toystore.loadtest.result.RequestOutcome;
import toystore.loadtest.result.RunResult;
import toystore.loadtest.result.Share;
import toystore.loadtest.result.StepResult;

/** What must be known before a figure is believed: figures that miss something are easily taken for the whole. */
public final class MeasurementWarnings {
    private static final int SHOWN = 3;

    /** A generator that is late by more than this share of the median has a part in it that should be known. */
    private static final double MUCH_LAG = 0.5;

    private static final double MUCH_LAG_MS = 1;

    private MeasurementWarnings() {}

    /**
     * Sentences; empty if all went well.
     *
     * @param sessionThreads how many connections the service serves at once; empty if that is not known
     */
    public static List<String> of(List<StepResult> steps, OptionalInt sessionThreads) {
        List<String> warnings = new ArrayList<>();
        soldOut(steps, warnings);
        cut(steps, warnings);
        failures(steps, warnings);
        unsent(steps, warnings);
        sessionThreads.ifPresent(threads -> crowded(steps, threads, warnings));
        unsolicited(steps, warnings);
        late(steps, warnings);
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
                    "%s of the buys found nothing left (%d of %d): they bought nothing, and are not in the latencies of buys;"
                            + " --restock keeps the shelves full",
                    Share.of(soldOut, buys),
                    soldOut,
                    buys));
        }
    }

    private static void cut(List<StepResult> steps, List<String> warnings) {
        steps.stream()
                .flatMap(step -> step.runs().stream())
                .map(RunResult::cut)
                .filter(why -> why != null)
                .distinct()
                .forEach(why -> warnings.add("Ended before its time, because " + why + ": "
                        + names(steps, step -> step.runs().stream().anyMatch(run -> why.equals(run.cut())))));
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
                        "%d of %d requests that were due (%s) were never sent in \"%s\", because all %d connections waited"
                                + " for answers: its latencies are too good",
                        step.unsent(),
                        due,
                        Share.of(step.unsent(), due),
                        step.name(),
                        step.clients()));
            }
        }
    }

    private static void crowded(List<StepResult> steps, int threads, List<String> warnings) {
        String crowded = names(steps, step -> step.clients() > threads);
        if (!crowded.isEmpty()) {
            warnings.add("More clients than the " + threads + " connections that the store serves at once"
                    + " (--session-threads): it closes idle ones to let others in, so requests took longer, and some may"
                    + " have failed: " + crowded);
        }
    }

    private static void unsolicited(List<StepResult> steps, List<String> warnings) {
        long count = steps.stream().mapToLong(StepResult::unsolicited).sum();
        if (count > 0) {
            warnings.add(count + (count == 1 ? " connection was" : " connections were")
                    + " closed, because the server sent something while no request waited, in "
                    + names(steps, step -> step.unsolicited() > 0)
                    + ": what it sends while a request waits is taken for the response, so latencies and outcomes may"
                    + " belong to other requests");
        }
    }

    private static void late(List<StepResult> steps, List<String> warnings) {
        String late = names(steps, MeasurementWarnings::isLate);
        if (!late.isEmpty()) {
            warnings.add("The load generator itself was late with some requests, which is in the latencies (not in the"
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
                .anyMatch(run ->
                        run.sendLag() != null && run.sendLag() > MUCH_LAG_MS && run.sendLag() > MUCH_LAG * median);
    }

    private static String names(List<StepResult> steps, Predicate<StepResult> wanted) {
        List<String> names = steps.stream().filter(wanted).map(StepResult::name).toList();
        String shown =
                names.stream().limit(SHOWN).map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
        return names.size() <= SHOWN
                ? shown
                : shown + " and " + (names.size() - SHOWN) + (names.size() == SHOWN + 1 ? " more step" : " more steps");
    }
}
