package toystore.loadtest.compare;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Whether a change is larger than the noise between runs, by the exact two-sided Mann–Whitney test (Mann, Whitney: On a
 * Test of Whether one of Two Random Variables is Stochastically Larger than the Other, 1947). The p-value is the
 * probability that two groups that differ only by chance are ranked as unevenly as these, or more so. The test assumes
 * no distribution, and an outlier counts only by its rank. Equal values share the mean of their ranks.
 */
public enum Noise {
    /** Runs that differ only by chance would rarely show such a change. */
    LARGER("larger than noise"),
    /** Runs that differ only by chance may show such a change. */
    WITHIN("within noise"),
    /** There are too few runs to tell. */
    UNKNOWN("unknown");

    /** A change with a lower p-value is larger than noise. */
    private static final double LEVEL = 0.01;

    /** More runs would take long to count and change little. */
    private static final int LARGEST_GROUP = 30;

    private final String label;

    Noise(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** Judges the values of the runs before and after. */
    static Noise of(double[] before, double[] after) {
        if (lowestP(before.length, after.length) >= LEVEL) {
            return UNKNOWN;
        }
        return p(before, after) < LEVEL ? LARGER : WITHIN;
    }

    /** The two-sided p-value of two groups with at least one value each; values after the 30th are ignored. */
    static double p(double[] before, double[] after) {
        double[] a = Arrays.copyOf(before, Math.min(before.length, LARGEST_GROUP));
        double[] b = Arrays.copyOf(after, Math.min(after.length, LARGEST_GROUP));
        double[] all = DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
        int[] ranks =
                Arrays.stream(all).mapToInt(value -> doubledRank(value, all)).toArray();
        int found = Arrays.stream(ranks).limit(a.length).sum();
        int mean = a.length * (all.length + 1);

        double[] arrangements = arrangements(ranks, a.length);
        double uneven = 0;
        for (int sum = 0; sum < arrangements.length; sum++) {
            uneven += Math.abs(sum - mean) >= Math.abs(found - mean) ? arrangements[sum] : 0;
        }
        return uneven / Arrays.stream(arrangements).sum();
    }

    /** The lowest p-value of groups of these sizes: 2 of all arrangements; 1 if a group is empty. */
    private static double lowestP(int before, int after) {
        double arrangements = 1;
        for (int i = 1; i <= Math.min(before, LARGEST_GROUP); i++) {
            arrangements = arrangements * (Math.min(after, LARGEST_GROUP) + i) / i;
        }
        return Math.min(1, 2 / arrangements);
    }

    /** Twice the rank, which is whole also for the mean of two ranks. */
    private static int doubledRank(double value, double[] all) {
        int rank = 1;
        for (double other : all) {
            rank += other < value ? 2 : other == value ? 1 : 0;
        }
        return rank;
    }

    /** The number of ways to choose so many of the ranks, by the sum of the chosen ones. */
    private static double[] arrangements(int[] ranks, int chosen) {
        double[][] ways = new double[chosen + 1][Arrays.stream(ranks).sum() + 1];
        ways[0][0] = 1;
        for (int rank : ranks) {
            for (int count = chosen; count >= 1; count--) { // downwards, so that each rank is chosen once
                for (int sum = rank; sum < ways[count].length; sum++) {
                    ways[count][sum] += ways[count - 1][sum - rank];
                }
            }
        }
        return ways[chosen];
    }
}
