package toystore.loadtest.verdict;

import java.util.Arrays;
import java.util.Optional;

/** How a value is compared with its bound. */
enum Operator {
    BELOW("<"),
    AT_MOST("<="),
    ABOVE(">"),
    AT_LEAST(">=");

    private final String sign;

    Operator(String sign) {
        this.sign = sign;
    }

    static Optional<Operator> of(String sign) {
        return Arrays.stream(values()).filter(it -> it.sign.equals(sign)).findFirst();
    }

    boolean isUpperBound() {
        return this == BELOW || this == AT_MOST;
    }

    /** False for what is no number. */
    boolean holds(double value, double bound) {
        return switch (this) {
            case BELOW -> value < bound;
            case AT_MOST -> value <= bound;
            case ABOVE -> value > bound;
            case AT_LEAST -> value >= bound;
        };
    }
}
