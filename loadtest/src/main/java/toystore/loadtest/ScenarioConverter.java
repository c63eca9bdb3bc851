package toystore.loadtest;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import toystore.loadtest.scenario.Buy;
import toystore.loadtest.scenario.Mixed;
import toystore.loadtest.scenario.Query;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Shop;

/** Reads the name of a scenario from the command line. */
final class ScenarioConverter implements ITypeConverter<ScenarioConverter.Name> {
    /** Of buying what was just looked at, if nobody says otherwise. */
    static final double PROBABILITY = 0.75;

    /** What clients of a store can do. */
    enum Name {
        QUERY,
        BUY,
        MIXED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The scenario in a shop.
         *
         * @param probability of buying, in the mixed one
         */
        Scenario scenario(Shop shop, double probability) {
            return switch (this) {
                case QUERY -> new Query(shop);
                case BUY -> new Buy(shop);
                case MIXED -> new Mixed(shop, probability);
            };
        }
    }

    /**
     * The scenario that was given, or else the one that the other flags are for.
     *
     * @param given null if none was
     * @param buysWithProbability whether there is a probability of buying, which only one of them has
     */
    static Name chosen(Name given, boolean buysWithProbability) {
        if (buysWithProbability && given != null && given != Name.MIXED) {
            throw new IllegalArgumentException("--probability is for --scenario mixed, and not for " + given.label());
        }
        return given != null ? given : buysWithProbability ? Name.MIXED : Name.QUERY;
    }

    @Override
    public Name convert(String text) {
        return EnumConverter.of(text, Name::label, Name.values());
    }
}
