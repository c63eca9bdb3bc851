package toystore.loadtest.scenario;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Chooses one of {@code n} products, numbered from 0. Thread-safe. */
public interface ProductSelector {
    int choose(RandomGenerator random);

    /** Chooses each product with the same probability. */
    static ProductSelector uniform(int n) {
        return random -> random.nextInt(n);
    }

    /**
     * Chooses by popularity (Zipf's law): number {@code k}, counted from 1, with a probability proportional to
     * {@code 1 / k^exponent}. The exponent is about 1 in real shops; 0 is {@link #uniform}.
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

    /** A distribution of any number of products: the exponent of Zipf's law, 0 for uniform. */
    record Popularity(double exponent) {
        public ProductSelector among(int n) {
            return exponent == 0 ? uniform(n) : zipf(n, exponent);
        }
    }

    /** Reads {@code uniform}, {@code zipf} or {@code zipf:1.2} from the command line. */
    final class PopularityConverter implements ITypeConverter<Popularity> {
        private static final Pattern ZIPF = Pattern.compile("zipf(?::([0-9]{1,2}(?:\\.[0-9]{1,6})?))?");

        @Override
        public Popularity convert(String text) {
            Matcher zipf = ZIPF.matcher(text);
            double exponent = text.equals("uniform") ? 0 : -1;
            if (zipf.matches()) {
                exponent = zipf.group(1) == null ? 1 : Double.parseDouble(zipf.group(1));
            }
            if (exponent < 0 || exponent > 10) {
                throw new TypeConversionException(
                        "\"" + text + "\" is not a distribution of products; expected uniform,"
                                + " zipf, or zipf:S with an exponent S from 0 to 10");
            }
            return new Popularity(exponent);
        }
    }
}
