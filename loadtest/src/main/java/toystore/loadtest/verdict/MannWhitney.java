package toystore.loadtest.verdict;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * The exact two-sided Mann–Whitney test (Mann, Whitney: On a Test of Whether one of Two Random Variables is
 * Stochastically Larger than the Other, 1947): how likely two groups are to be ranked as unevenly as these, or more so,
 * if all that tells them apart is chance. It asks nothing of how the values are distributed, and an outlier counts as no
 * more than the last in rank. Values that are equal share the mean of their ranks.
 */
final class MannWhitney {
    /** Of a group; what is beyond would take long to count, and say little more. */
    private static final int MOST = 30;

    private MannWhitney() {}

    /** The probability, from 0 to 1. Each group has at least one value; those after the 30th do not count. */
    static double p(double[] before, double[] after) {
        double[] a = Arrays.copyOf(before, Math.min(before.length, MOST));
        double[] b = Arrays.copyOf(after, Math.min(after.length, MOST));
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

    /** The lowest that it can be for groups so large: 2 of all arrangements; 1 if one of them is empty. */
    static double least(int before, int after) {
        double arrangements = 1;
        for (int i = 1; i <= Math.min(before, MOST); i++) {
            arrangements = arrangements * (Math.min(after, MOST) + i) / i;
        }
        return Math.min(1, 2 / arrangements);
    }

    /** Twice the rank, from 1, so that the mean of two ranks is whole. */
    private static int doubledRank(double value, double[] all) {
        int rank = 1;
        for (double other : all) {
            rank += other < value ? 2 : other == value ? 1 : 0;
        }
        return rank;
    }

    /** In how many ways so many of the ranks can be chosen, by their sum. */
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
