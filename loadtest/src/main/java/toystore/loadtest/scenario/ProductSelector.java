package toystore.loadtest.scenario;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** How a client chooses one of {@code n} products, numbered from 0. Thread-safe. */
public interface ProductSelector {
    int choose(RandomGenerator random);

    /** Each as likely as the others. */
    static ProductSelector uniform(int n) {
        return random -> random.nextInt(n);
    }

    /**
     * By popularity (Zipf's law): number {@code k}, counted from 1, is chosen with a probability proportional to
     * {@code 1 / k^exponent}. An exponent of 1 is what shops see, 0 is {@link #uniform}.
     */
    static ProductSelector zipf(int n, double exponent) {
        double[] cumulated = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.pow(i + 1, -exponent);
            cumulated[i] = sum;
        }
        double total = sum;
        return random -> {
            int found = Arrays.binarySearch(cumulated, random.nextDouble() * total);
            return Math.min(n - 1, found >= 0 ? found + 1 : -found - 1);
        };
    }
}
