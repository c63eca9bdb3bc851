package toystore.loadtest.scenario;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code uniform}, {@code zipf} or {@code zipf:1.2} from the command line. */
public final class ProductSelectorConverter implements ITypeConverter<ProductSelectorConverter.Popularity> {
    private static final Pattern FORM = Pattern.compile("zipf(?::([0-9]{1,2}(?:\\.[0-9]{1,6})?))?");

    /** How products are chosen, whatever their number: Zipf's exponent, 0 for uniform. */
    public record Popularity(double exponent) {
        public ProductSelector among(int n) {
            return exponent == 0 ? ProductSelector.uniform(n) : ProductSelector.zipf(n, exponent);
        }
    }

    @Override
    public Popularity convert(String text) {
        Matcher zipf = FORM.matcher(text);
        double exponent = text.equals("uniform") ? 0 : -1;
        if (zipf.matches()) {
            exponent = zipf.group(1) == null ? 1 : Double.parseDouble(zipf.group(1));
        }
        if (exponent < 0 || exponent > 10) {
            throw new TypeConversionException("\"" + text
                    + "\" is no choice of products; expected uniform, zipf or zipf:S with an exponent S from 0 to 10");
        }
        return new Popularity(exponent);
    }
}
